using System.Net;
using System.Net.Sockets;
using AutoScaling.Prometheus.Tests.Reading;
using AutoScaling.Prometheus.Tests.Server;
using AutoScaling.Prometheus.Tests.Stub;

namespace AutoScaling.Prometheus.Tests.Client;

/// <summary>What a server refuses is one sentence with its own words, and never 0.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData(400, """{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:5: parse error."}""", "the server refuses the query (400, bad_data): invalid parameter \"query\": 1:5: parse error")]
    [InlineData(401, "Unauthorized\n", "the server refuses the credentials (401): Unauthorized")]
    [InlineData(403, "<html><body>no</body></html>", "the server forbids the query (403): a page of HTML")]
    [InlineData(404, "404 page not found", "the server knows no such address, so look at Url (404): 404 page not found")]
    [InlineData(422, """{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory in query execution"}""", "the server cannot execute the query (422, execution): query processing would load too many samples into memory in query execution")]
    [InlineData(500, "", "the server answered with an error (500)")]
    [InlineData(302, "", "the server sends us elsewhere, so look at Url (302)")]
    [InlineData(503, """{"status":"error","errorType":"timeout","error":"query timed out in query execution"}""", "the server is not available (503, timeout): query timed out in query execution")]
    [InlineData(200, "<html>login</html>", "the server's answer (text/plain) is none of Prometheus, so look at Url")]
    [InlineData(200, """{"status":"success"}""", "the server's answer (application/json) is none of Prometheus, so look at Url")]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"service":"web"},"value":[1,"2"]}""", "the server's answer (application/json) is none of Prometheus, so look at Url")]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"service":3},"value":["x","2"]}]}}""", "the server's answer (application/json) is none of Prometheus, so look at Url")]
    public async Task Read_OfARefusal_SaysItInOneSentence(int status, string body, string reason)
    {
        await using var server = await StubServer.StartAsync((_, _) => (status, body));
        await using var sources = new Sources(server.Url, p => p.Add("rps", "up"));
        var reading = await sources.ReadAsync("web", "rps");
        Assert.Equal((MetricStatus.Failed, reason), (reading.Status, reading.Reason));
    }

    [Fact]
    public async Task Read_OfLongWordsOfAServer_CutsThem()
    {
        await using var server = await StubServer.StartAsync((_, _) => (500, $"one\ntwo {new string('x', 5000)}"));
        await using var sources = new Sources(server.Url, p => p.Add("rps", "up"));
        Assert.Equal($"the server answered with an error (500): one two {new string('x', 292)}...", (await sources.ReadAsync("web", "rps")).Reason);
    }

    [Fact]
    public async Task Read_WithoutAServer_NamesItsAddress()
    {
        var port = FreePorts.Take();
        await using var sources = new Sources(new($"http://localhost:{port}/prom"), p => p.Add("rps", "up"));
        Assert.Equal($"the server at localhost:{port} cannot be reached: Connection refused", (await sources.ReadAsync("web", "rps")).Reason);
    }

    [Fact]
    public async Task Read_OfAPartialAnswer_IsNoneUnlessItIsAccepted()
    {
        await using var server = await StubServer.StartAsync(StubServer.Vector(""" "warnings":["store 10.0.0.7 is away.","more"],"infos":["x"],""", ("web", "7")));
        await using var strict = new Sources(server.Url, p => p.Add("rps", "up * 1"));
        var reading = await strict.ReadAsync("web", "rps");
        Assert.Equal((MetricStatus.Failed, "the server doubts its answer (store 10.0.0.7 is away); acceptPartial takes it all the same"), (reading.Status, reading.Reason));
        await using var lenient = new Sources(server.Url, p =>
        {
            p.AcceptPartial = true;
            p.Add("rps", "up * 1");
            p.Metrics["exact"] = new() { Query = "up * 2", AcceptPartial = false };
        });
        Assert.Equal(7, (await lenient.ReadAsync("web", "rps")).Value);
        Assert.Equal(MetricStatus.Failed, (await lenient.ReadAsync("web", "exact")).Status);
    }

    [Fact]
    public async Task Read_OfANativeHistogram_NamesTheFunctions()
    {
        const string Body = """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"service":"web"},"histogram":[1,{"count":"5","sum":"2","buckets":[[0,"1","2","3"]]}]}]}}""";
        await using var server = await StubServer.StartAsync(Body);
        await using var sources = new Sources(server.Url, p => p.Add("latency", "rate(latency[2m])"));
        var reading = await sources.ReadAsync("web", "latency");
        Assert.Equal("the query yields a native histogram where a value is wanted: use histogram_quantile(), histogram_sum() or histogram_count()", reading.Reason);
    }

    [Fact]
    public async Task Read_OfASecretThatTheServerRepeats_HidesIt()
    {
        await using var server = await StubServer.StartAsync((request, _) => (403, $"no {request.Headers["Authorization"]} {request.Headers["X-Key"]} {request.UrlQuery}"));
        await using var sources = new Sources(server.Url, p =>
        {
            p.BearerToken = "s3cr3t-token";
            p.Headers["X-Key"] = "s3cr3t-header";
            p.Parameters["key"] = "s3cr3t-parameter";
            p.Add("rps", "up");
        });
        Assert.Equal("the server forbids the query (403): no Bearer *** *** ?key=***", (await sources.ReadAsync("web", "rps")).Reason);
    }

    [Fact]
    public async Task Read_OfAnAnswerThatBreaksOff_SaysSo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = (IPEndPoint)listener.LocalEndpoint;
        var answered = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            var stream = client.GetStream();
            var request = new byte[4096];
            Assert.NotEqual(0, await stream.ReadAsync(request));
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray());
            client.Client.Shutdown(SocketShutdown.Send);

            // What is not read would make the system break the connection off before the client has read.
            while (await stream.ReadAsync(request) > 0)
            {
            }
        }, TestContext.Current.CancellationToken);
        await using var sources = new Sources(new($"http://{address}"), p => p.Add("rps", "up * 1"));
        var reading = await sources.ReadAsync("web", "rps");
        Assert.StartsWith($"the answer of the server at {address} broke off: ", reading.Reason);
        await answered;
    }
}
