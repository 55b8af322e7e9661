using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace AutoScaling.Tests.Recipes;

/// <summary>The recipes of Redis and RabbitMQ, on real brokers that a test starts on free ports of loopback.</summary>
public sealed class BrokerTests : RecipeTest
{
    private const string RabbitProgram = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    // RabbitMQ takes seconds to start, and longer on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly HttpClient Client = new();

    [Fact]
    public async Task Redis_Recipe_ReadsTheLengthOfTheList()
    {
        Assert.SkipWhen(Executable.Find("redis-server") is null || Executable.Find("redis-cli") is null, "There is no Redis here: install the Debian package redis-server.");
        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        await using var redis = await Start("redis-server", ["--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", Folder], ImmutableDictionary<string, string>.Empty);
        await Ready(async () => await Cli(port, "PING") == "PONG", "Redis answers");
        var scaler = Recipe("redis-cli", ("\"-h\", \"redis\", \"-p\", \"6379\"", $"\"-h\", \"127.0.0.1\", \"-p\", \"{port}\""));

        // To Redis a list that is not there is an empty one.
        Assert.Equal(0, Queue(await Evaluate(scaler, "mails"), "queue@redis").Value);
        await Cli(port, ["RPUSH", "queue:mails", .. Enumerable.Range(0, 20_000).Select(i => $"mail{i}")]);
        var record = await Evaluate(scaler, "mails");
        Assert.Equal((MetricStatus.Available, 20_000), (Queue(record, "queue@redis").Status, Queue(record, "queue@redis").Value));
        Assert.Equal(ScaleDirection.Up, record.Decision!.Direction);

        // What is no list is an error, and not 0.
        await Cli(port, "DEL", "queue:mails");
        await Cli(port, "SET", "queue:mails", "7");
        var wrong = Queue(await Evaluate(scaler, "mails"), "queue@redis");
        Assert.Equal(MetricStatus.Failed, wrong.Status);
        Assert.Contains("WRONGTYPE", wrong.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RabbitMQ_Recipe_ReadsTheLengthOfTheQueue()
    {
        Assert.SkipUnless(File.Exists(RabbitProgram) && Executable.Find("epmd") is not null, "There is no RabbitMQ here: install the Debian package rabbitmq-server.");
        var (epmdPort, nodePort, distributionPort, apiPort) = (FreePort(), FreePort(), FreePort(), FreePort());
        var api = $"http://127.0.0.1:{Text(apiPort)}";
        await File.WriteAllTextAsync(At("plugins"), "[rabbitmq_management].\n", Cancellation);
        await File.WriteAllTextAsync(At("rabbitmq.conf"), $"listeners.tcp.local = 127.0.0.1:{Text(nodePort)}\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {Text(apiPort)}\n", Cancellation);
        await File.WriteAllTextAsync(At("password"), "hunter2hunter2\n", Cancellation);
        var environment = ImmutableDictionary<string, string>.Empty.AddRange(
        [
            new("HOME", Folder), new("ERL_EPMD_ADDRESS", "127.0.0.1"), new("ERL_EPMD_PORT", Text(epmdPort)),
            new("RABBITMQ_NODENAME", $"autoscaling-{Text(nodePort)}@localhost"), new("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
            new("RABBITMQ_NODE_PORT", Text(nodePort)), new("RABBITMQ_DIST_PORT", Text(distributionPort)),
            new("RABBITMQ_MNESIA_BASE", At("mnesia")), new("RABBITMQ_LOG_BASE", At("log")), new("RABBITMQ_PID_FILE", At("pid")),
            new("RABBITMQ_ENABLED_PLUGINS_FILE", At("plugins")), new("RABBITMQ_CONFIG_FILE", At("rabbitmq")), new("RABBITMQ_CONF_ENV_FILE", At("none")),
        ]);

        // Its port mapper is started first, as a process of the test's own: else RabbitMQ leaves a daemon behind.
        await using var epmd = await Start("epmd", ["-address", "127.0.0.1", "-port", Text(epmdPort)], environment);
        await using var rabbit = await Start(RabbitProgram, [], environment);
        await Ready(async () => await Call(HttpMethod.Get, $"{api}/api/overview") == 200, "RabbitMQ answers");
        Assert.Equal(201, await Call(HttpMethod.Put, $"{api}/api/users/scaler", """{"password":"hunter2hunter2","tags":"monitoring"}"""));
        Assert.Equal(201, await Call(HttpMethod.Put, $"{api}/api/permissions/%2F/scaler", "{\"configure\":\"^$\",\"write\":\"^$\",\"read\":\"^$\"}"));
        var scaler = Recipe("rabbitmq", ("http://rabbitmq:15672", api), ("/run/secrets/rabbit", At("password")));

        // A queue that is not there is not an empty one.
        var none = Queue(await Evaluate(scaler, "orders"), "queue@rabbit");
        Assert.Equal(MetricStatus.Failed, none.Status);
        Assert.StartsWith($"GET {api}/api/queues/%2F/{{target}} answered 404 (", none.Reason, StringComparison.Ordinal);

        Assert.Equal(201, await Call(HttpMethod.Put, $"{api}/api/queues/%2F/orders", "{}"));
        for (var i = 0; i < 500; i++)
            Assert.Equal(200, await Call(HttpMethod.Post, $"{api}/api/exchanges/%2F/amq.default/publish", """{"properties":{},"routing_key":"orders","payload":"1","payload_encoding":"string"}"""));
        ScalingRecord? record = null;
        await Ready(async () => Queue(record = await Evaluate(scaler, "orders"), "queue@rabbit").Value == 500, "the queue is 500 long");
        Assert.Equal(MetricStatus.Available, Queue(record!, "queue@rabbit").Status);

        // Who may not read is told so, without the password.
        await File.WriteAllTextAsync(At("password"), "wrongwrong", Cancellation);
        var refused = Queue(await Evaluate(scaler, "orders"), "queue@rabbit");
        Assert.StartsWith($"GET {api}/api/queues/%2F/{{target}} answered 401 (Unauthorized): ", refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("wrongwrong", refused.Reason!, StringComparison.Ordinal);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static MetricReading Queue(ScalingRecord record, string metric) => record.Observation!.Metrics[metric];

    private static async Task Ready(Func<Task<bool>> condition, string what)
    {
        var from = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(from) < Patience, $"It did not come true that {what}.");
            await Task.Delay(200, Cancellation);
        }
    }

    private static async Task<int> Call(HttpMethod method, string url, string? body = null)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("guest:guest"u8));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using var response = await Client.SendAsync(request, Cancellation);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private static async Task<string> Cli(string port, params string[] arguments)
    {
        using var cli = Process.Start(new ProcessStartInfo("redis-cli", ["-h", "127.0.0.1", "-p", port, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await cli.StandardOutput.ReadToEndAsync(Cancellation);
        await cli.WaitForExitAsync(Cancellation);
        return output.Trim();
    }

    /// <summary>A broker that ends with the test, and even if the test's process is killed.</summary>
    private async Task<ProcessScaler> Start(string program, string[] arguments, ImmutableDictionary<string, string> environment)
    {
        var scaler = Scaler(Sleeper with { FileName = program, Arguments = [.. arguments], Environment = environment, InitialReplicas = 1 });
        await Status(scaler);
        return scaler;
    }
}
