using System.Text.Json;
using AutoScaling.Deciding;
using AutoScaling.Primitives;
using AutoScaling.Recording;

namespace AutoScaling;

/// <summary>Keeps states in one JSON file. It is replaced as a whole, so that a crash while saving leaves the old one.</summary>
/// <param name="path">The file; its folder must exist.</param>
public sealed class FileStateStore(string path) : IScalingStateStore
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAsync(CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, ScalingState>(StringComparer.Ordinal);
        if (!File.Exists(path)) return states;
        var json = await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
        foreach (var (target, state) in JsonText.Read(json, RecordingJson.Default.DictionaryStringStateDocument, $"state file '{path}'"))
            states[target] = StateJson.FromDocument(state);
        return states;
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(IReadOnlyDictionary<string, ScalingState> states, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(states);
        var documents = states.ToDictionary(s => s.Key, s => StateJson.ToDocument(s.Value), StringComparer.Ordinal);
        var next = path + ".new";
        var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            await JsonSerializer.SerializeAsync(file, documents, RecordingJson.Default.DictionaryStringStateDocument, cancellationToken).ConfigureAwait(false);
        }

        File.Move(next, path, overwrite: true);
    }
}
