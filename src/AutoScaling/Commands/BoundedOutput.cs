using System.Buffers;

namespace AutoScaling.Commands;

/// <summary>What a program writes, up to a bound. The rest is read and dropped, so that the program is not held up.</summary>
/// <param name="most">How many bytes are kept.</param>
internal sealed class BoundedOutput(int most)
{
    private readonly ArrayBufferWriter<byte> _kept = new();

    /// <summary>Whether it was more.</summary>
    public bool IsCut { get; private set; }

    public byte[] Kept => _kept.WrittenSpan.ToArray();

    /// <summary>Reads until all who can write have ended, or nobody waits any longer.</summary>
    public async Task ReadAsync(Stream output, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await output.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                var room = Math.Min(read, most - _kept.WrittenCount);
                _kept.Write(buffer.AsSpan(0, room));
                IsCut |= room < read;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // What was read so far is what there is.
        }
    }
}
