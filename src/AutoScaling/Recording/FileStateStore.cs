using System.Text.Json;
using AutoScaling.Primitives;
using AutoScaling.Recording;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoScaling;

/// <summary>
/// Keeps states in one JSON file. It is replaced as a whole once it is on the disk, so that a crash while saving leaves the old one.
/// Thread-safe.
/// </summary>
/// <remarks>
/// One process uses the file: as long as the store lives, it holds <c>PATH.lock</c>. The system lets go of that however the process ends.
/// </remarks>
public sealed class FileStateStore : IScalingStateStore, IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly IDisposable _writer;

    // What the file holds; null before it was read.
    private Dictionary<string, ScalingState>? _states;

    /// <summary>Opens a store. The file itself is read and written later.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="logger">Is told of targets whose state cannot be read.</param>
    /// <exception cref="ScalingException">Another store uses the file, or it cannot be written
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public FileStateStore(string path, ILogger<FileStateStore>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        (_path, _logger) = (path, logger ?? NullLogger<FileStateStore>.Instance);
        _writer = WriterLock.Take(path, "The state file");
    }

    /// <inheritdoc/>
    /// <exception cref="ScalingException">The file is no JSON object (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAllAsync(
        CancellationToken cancellationToken) => Run<IReadOnlyDictionary<string, ScalingState>>(
        () =>
        {
            _states = Read();
            return new Dictionary<string, ScalingState>(_states, StringComparer.Ordinal);
        },
        cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ScalingException">The file is no JSON object (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public ValueTask<ScalingState?> LoadAsync(string target, CancellationToken cancellationToken) =>
        Run(() => (_states ??= Read()).GetValueOrDefault(target), cancellationToken);

    /// <inheritdoc/>
    public ValueTask SaveAsync(IReadOnlyDictionary<string, ScalingState> states, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(states);
        return ChangeAsync(
            all =>
            {
                foreach (var (target, state) in states) all[target] = state;
                return states.Count > 0;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(targets);
        return ChangeAsync(
            all =>
            {
                var known = all.Count;
                foreach (var target in targets) all.Remove(target);
                return all.Count < known;
            },
            cancellationToken);
    }

    /// <summary>
    /// Lets another process have the file. If the disk hangs in the midst of a change, it is not waited for: the file is free when the
    /// process ends.
    /// </summary>
    public void Dispose()
    {
        if (!_lock.TryEnter(WriterLock.Patience)) return;
        try
        {
            _writer.Dispose();
        }
        finally
        {
            _lock.Exit();
        }
    }

    private async ValueTask ChangeAsync(
        Func<Dictionary<string, ScalingState>, bool> change, CancellationToken cancellationToken) => await Run(
        () =>
        {
            var states = _states is null ? ReadIfItCanBe() : new Dictionary<string, ScalingState>(_states, StringComparer.Ordinal);
            if (!change(states)) return false;
            Write(states);
            _states = states;
            return true;
        },
        cancellationToken).ConfigureAwait(false);

    // Flushing to the disk blocks, whatever the stream is called.
    private async ValueTask<T> Run<T>(Func<T> work, CancellationToken cancellationToken) => await Task.Run(
        () =>
        {
            lock (_lock) return work();
        },
        cancellationToken).ConfigureAwait(false);

    private Dictionary<string, ScalingState> ReadIfItCanBe()
    {
        try
        {
            return Read();
        }
        catch (ScalingException)
        {
            // Whoever saves has been told, or has not asked.
            return new(StringComparer.Ordinal);
        }
    }

    private Dictionary<string, ScalingState> Read()
    {
        var states = new Dictionary<string, ScalingState>(StringComparer.Ordinal);
        if (!File.Exists(_path)) return states;
        using var json = Parse(File.ReadAllBytes(_path));
        foreach (var entry in json.RootElement.EnumerateObject()) Read(entry, states);
        return states;
    }

    /// <summary>Reads the state of one target; what is wrong with it costs the others nothing.</summary>
    private void Read(JsonProperty entry, Dictionary<string, ScalingState> into)
    {
        var name = "a target whose name is no text";
        try
        {
            name = entry.Name;
            into[name] = ScalingState.FromJson(entry.Value.GetRawText());
        }
        catch (Exception e) when (e is ScalingException or InvalidOperationException)
        {
            var reason = Phrase.Of(e);
            Log.StateNotRead(_logger, name, _path, reason);
        }
    }

    private JsonDocument Parse(byte[] content)
    {
        try
        {
            // A byte order mark, as editors leave it.
            var json = JsonDocument.Parse(content.AsMemory(content.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0));
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? json
                : throw NotRead($"it is {json.RootElement.ValueKind.ToString().ToLowerInvariant()}");
        }
        catch (JsonException e)
        {
            throw NotRead(Phrase.Of(e));
        }
    }

    private ScalingException NotRead(string reason) => ScalingException.Invalid($"The state file '{_path}' cannot be read: {reason}.");

    private void Write(Dictionary<string, ScalingState> states)
    {
        // Nobody else writes it; what a crash left unfinished is written over.
        var next = _path + ".new";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            using (var json = new Utf8JsonWriter(file))
            {
                json.WriteStartObject();
                foreach (var (target, state) in states)
                {
                    json.WritePropertyName(target);
                    json.WriteRawValue(state.ToJson(), skipInputValidation: true);
                }

                json.WriteEndObject();
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(next, _path, overwrite: true);
    }
}
