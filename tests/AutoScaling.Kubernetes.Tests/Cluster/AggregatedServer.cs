using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>An API server of the test's own, which the real API server reaches through its aggregation layer, after it has asked who is there and whether he may.</summary>
internal sealed class AggregatedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ControlPlane _plane;

    private AggregatedServer(ControlPlane plane, RequestDelegate answer)
    {
        _plane = plane;
        var (certificate, key) = plane.Certificates.Server();
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        var pair = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0, l => l.UseHttps(pair)));
        _app = builder.Build();
        _app.Run(answer);
    }

    public static async Task<AggregatedServer> StartAsync(ControlPlane plane, RequestDelegate answer)
    {
        var server = new AggregatedServer(plane, answer);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Registers a group and version with the API server, and waits until it passes requests on.</summary>
    public async Task RegisterAsync(string group, string version, CancellationToken cancellationToken)
    {
        var port = new Uri(_app.Urls.First()).Port;
        var service = $"{version}-{group.Replace('.', '-')}";
        await _plane.Admin.PostAsync("/api/v1/namespaces/kube-system/services", $$$"""
            {"metadata": {"name": "{{{service}}}"}, "spec": {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": {{{port}}} }] } }
            """, cancellationToken);
        await _plane.Admin.PostAsync("/apis/apiregistration.k8s.io/v1/apiservices", $$$"""
            {"metadata": {"name": "{{{version}}}.{{{group}}}"},
             "spec": {"group": "{{{group}}}", "version": "{{{version}}}", "groupPriorityMinimum": 100, "versionPriority": {{{(version == "v1beta2" ? 200 : 100)}}},
                      "insecureSkipTLSVerify": true, "service": {"name": "{{{service}}}", "namespace": "kube-system", "port": {{{port}}} } } }
            """, cancellationToken);

        // The API server's parts learn of it one after the other; the last one is a list itself.
        foreach (var path in new[] { $"/apis/{group}", $"/apis/{group}/{version}" })
        {
            while (!await _plane.Admin.AnswersAsync(path, cancellationToken)) await Task.Delay(50, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Answers that something cannot be done, as every API server does.</summary>
    public static Task RefuseAsync(HttpContext context, int code, string reason, string message)
    {
        context.Response.StatusCode = code;
        return WriteAsync(context, new()
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["status"] = "Failure",
            ["message"] = message,
            ["reason"] = reason,
            ["code"] = code,
        });
    }

    public static Task WriteAsync(HttpContext context, JsonObject json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString(), context.RequestAborted);
    }
}
