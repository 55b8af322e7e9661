using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>One widget: what is wanted of it, and what its controller says.</summary>
internal sealed record Widget(string Space, string Name, int Size)
{
    public int Existing { get; init; }

    /// <summary>Its pods, as its scale names them; <see langword="null"/> for a scale that does not.</summary>
    public string? Selector { get; init; }

    public string Uid { get; init; } = Guid.NewGuid().ToString();

    public long Version { get; init; }
}

/// <summary>
/// Custom kinds of the group <c>widgets.example.com</c>, behind an APIService of the real API server: <c>widgets</c>, which have a scale, and <c>gadgets</c>, which have none.
/// It takes the place of CustomResourceDefinitions, which bring some builds of the API server down: 1.20 compiled with Go 1.18 or later ends with a segmentation fault.
/// </summary>
internal sealed class WidgetServer : IAsyncDisposable
{
    public const string Group = "widgets.example.com";
    public const string Version = "v1";

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Space, string Name), Widget> _widgets = [];
    private AggregatedServer? _server;
    private long _version = 1000;

    public static async Task<WidgetServer> StartAsync(ControlPlane plane, CancellationToken cancellationToken)
    {
        var widgets = new WidgetServer();
        widgets._server = await AggregatedServer.StartAsync(plane, widgets.AnswerAsync);
        await widgets._server.RegisterAsync(Group, Version, cancellationToken);
        return widgets;
    }

    public static string Path(string space, string? name = null) => $"/apis/{Group}/{Version}/namespaces/{space}/widgets" + (name is null ? "" : $"/{name}");

    /// <summary>Makes or changes a widget, as its controller or somebody else would.</summary>
    public Widget Set(Widget widget)
    {
        lock (_gate) return _widgets[(widget.Space, widget.Name)] = widget with { Version = ++_version };
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task AnswerAsync(HttpContext context)
    {
        string[] parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        await (parts is not ["apis", Group, Version, .. var rest] ? NotFoundAsync(context)
            : rest is [] ? AggregatedServer.WriteAsync(context, Kinds())
            : rest is ["namespaces", var space, "widgets"] ? AggregatedServer.WriteAsync(context, List(space))
            : rest is ["namespaces", var of, "widgets", var name, .. var part] && Find(of, name) is { } widget ? AnswerAsync(context, widget, part)
            : NotFoundAsync(context));
    }

    private Task AnswerAsync(HttpContext context, Widget widget, string[] part) => (context.Request.Method, part) switch
    {
        ("GET", []) => AggregatedServer.WriteAsync(context, Json(widget)),
        ("GET", ["scale"]) => AggregatedServer.WriteAsync(context, Scale(widget)),
        ("PUT", ["scale"]) => PutAsync(context, widget.Space, widget.Name),
        _ => NotFoundAsync(context),
    };

    /// <summary>Takes a scale if it was made from the newest one, as every API server does; one without a version or a uid is taken as it comes.</summary>
    private async Task PutAsync(HttpContext context, string space, string name)
    {
        var wanted = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        var version = (string?)wanted["metadata"]!["resourceVersion"];
        var uid = (string?)wanted["metadata"]!["uid"];
        Widget? taken = null;
        lock (_gate)
        {
            var known = _widgets[(space, name)];
            if (version is null or "" || version == Text(known.Version))
            {
                if (uid is null or "" || uid == known.Uid) taken = Set(known with { Size = (int?)wanted["spec"]!["replicas"] ?? 0 });
            }
        }

        await (taken is not null
            ? AggregatedServer.WriteAsync(context, Scale(taken))
            : AggregatedServer.RefuseAsync(context, 409, "Conflict", $"Operation cannot be fulfilled on widgets.{Group} \"{name}\": the object has been modified"));
    }

    private Widget? Find(string space, string name)
    {
        lock (_gate) return _widgets.GetValueOrDefault((space, name));
    }

    private JsonObject List(string space)
    {
        lock (_gate)
        {
            return new()
            {
                ["kind"] = "WidgetList",
                ["apiVersion"] = $"{Group}/{Version}",
                ["metadata"] = new JsonObject { ["resourceVersion"] = Text(_version) },
                ["items"] = new JsonArray([.. _widgets.Values.Where(w => w.Space == space).Select(Json)]),
            };
        }
    }

    private static JsonObject Json(Widget widget) => new()
    {
        ["kind"] = "Widget",
        ["apiVersion"] = $"{Group}/{Version}",
        ["metadata"] = Metadata(widget),
        ["spec"] = new JsonObject { ["size"] = widget.Size },
    };

    private static JsonObject Scale(Widget widget)
    {
        // As the API server does, zeros and empty selectors are left out.
        var status = new JsonObject { ["replicas"] = widget.Existing };
        if (widget.Selector is not null) status["selector"] = widget.Selector;
        return new()
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = Metadata(widget),
            ["spec"] = widget.Size == 0 ? new JsonObject() : new JsonObject { ["replicas"] = widget.Size },
            ["status"] = status,
        };
    }

    private static JsonObject Metadata(Widget widget) => new()
    {
        ["name"] = widget.Name,
        ["namespace"] = widget.Space,
        ["uid"] = widget.Uid,
        ["resourceVersion"] = Text(widget.Version),
        ["creationTimestamp"] = "2026-01-01T00:00:00Z",
    };

    private static JsonObject Kinds() => new()
    {
        ["kind"] = "APIResourceList",
        ["apiVersion"] = "v1",
        ["groupVersion"] = $"{Group}/{Version}",
        ["resources"] = new JsonArray(
            Kind("widgets", "Widget", "get", "list"),
            Kind("widgets/scale", "Scale", "get", "update"),
            Kind("gadgets", "Gadget", "get", "list")),
    };

    private static JsonObject Kind(string name, string kind, params string[] verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = "",
        ["namespaced"] = true,
        ["kind"] = kind,
        ["verbs"] = new JsonArray([.. verbs.Select(v => JsonValue.Create(v))]),
    };

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static Task NotFoundAsync(HttpContext context) => AggregatedServer.RefuseAsync(context, 404, "NotFound", "the server could not find the requested resource");
}
