using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace AutoScaling.Orleans.Tests.Processes;

/// <summary>A PostgreSQL of its own, with its data in a folder of its own. Skips the test where it is not installed.</summary>
internal sealed class PostgresServer : IStorageServer
{
    // A user without rights: a PostgreSQL does not run as root.
    private const string User = "nobody";

    private readonly string _folder = Directory.CreateTempSubdirectory("autoscaling-postgres-").FullName;
    private readonly int _port = Ports.Free();
    private readonly string? _programs = Programs();
    private Process? _process;

    public PostgresServer() => Assert.SkipWhen(_programs is null, "The Debian package postgresql is not installed.");

    public IEnumerable<string> Arguments => ["--postgres", ConnectionString];

    private string ConnectionString => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=test;Database=postgres;Maximum Pool Size=40;Timeout=5");

    private string Data => Path.Combine(_folder, "data");

    public async Task StartAsync()
    {
        var isNew = !Directory.Exists(Data);
        if (isNew)
        {
            if (Environment.IsPrivilegedProcess) await RunAsync("chown", User, _folder);
            await RunAsync(Command("initdb", "--pgdata", Data, "--username", "test", "--auth", "trust", "--no-sync"));
        }

        _process = Start(Command("postgres", "-D", Data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-k", _folder));
        await Waiting.UntilAsync(() => AnswersAsync().GetAwaiter().GetResult(), Waiting.Patience, "PostgreSQL answers");
        if (!isNew) return;
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var script = new NpgsqlBatch(connection);

        // Sent as it is: the parameters in it belong to the queries that it stores.
        var sql = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Processes", "orleans-postgres.sql"));
        foreach (var statement in sql.Split(";\n\n")) script.BatchCommands.Add(new(statement));
        await script.ExecuteNonQueryAsync();
    }

    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) _process.Kill(entireProcessTree: true);
        if (_process is not null) await _process.WaitForExitAsync();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string? Programs() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin")).LastOrDefault(b => File.Exists(Path.Combine(b, "initdb")))
        : null;

    private string[] Command(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(_programs!, program), .. arguments];
        return Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={User}", "--clear-groups", .. command] : command;
    }

    private static Process Start(params string[] command)
    {
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        return process;
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString);
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
