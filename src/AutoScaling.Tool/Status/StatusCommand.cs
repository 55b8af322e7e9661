using System.CommandLine;
using AutoScaling.Kubernetes;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Status;

/// <summary>The command <c>status</c>: tells how targets stand, from what a host writes, or from a host that answers.</summary>
internal static class StatusCommand
{
    private static readonly Argument<string?> File = new("FILE")
    {
        Description = "The decision log (LogDecisionsTo) or the state file (SaveStateTo) of a host, which may run meanwhile",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<Uri?> Address = Servers.Address(
        "--url",
        "A host that has the endpoints of AutoScaling.AspNetCore, with their path, such as http://host/autoscaling",
        "http://host/autoscaling");

    private static readonly Option<string?> Context = new("--context")
    {
        Description = "A context of the kubeconfig: the ScalingPolicies of that cluster, as their status tells",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Namespace = new("--namespace")
    {
        Description = "With a cluster: only this namespace, which needs rights only there; otherwise all",
        HelpName = "NAME",
    };

    private static readonly Option<string?> KubeConfig = new("--kubeconfig")
    {
        Description = "The kubeconfig of the cluster; otherwise that of kubectl",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Service = new("--service", "--target")
    {
        Description = "Only this service; of a log or a host with its last decisions",
        HelpName = "NAME",
    };

    private static readonly Option<StatusFormat> Format = OptionValues.Word("--format", StatusFormat.Text, "How it is told: text or json");

    private static readonly Servers.Access Access = new("host", followsRedirects: false);

    public static Command Create()
    {
        var command = new Command("status", "Tells how targets stand: replicas, what was decided last and why, what holds it back and "
            + "until when, and who holds them. Name a FILE, a host (--url) or a cluster (--context). "
            + "Exit codes: 0 all is well; 1 a target could not be evaluated or scaled the last time, or all share a trouble; "
            + "2 it cannot be read.")
        {
            File, Address, Access.TokenFile, Access.Headers, Context, Namespace, KubeConfig, Service, Format,
        };
        command.SetAction(Run);
        return command;
    }

    private static async Task<int> Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var signals = new StopSignals();
        using var client = Access.Client(parsed, parsed.GetValue(Address));
        var service = parsed.GetValue(Service);
        var report = await Place(parsed, client).ReadAsync(service, signals.Token);
        Console.Out.WriteLine(parsed.GetValue(Format) == StatusFormat.Json ? StatusTable.Json(report) : StatusTable.Text(report));
        return report.Troubles.IsEmpty && !report.Targets.Any(l => l.IsTrouble) ? 0 : Report.Failed;
    }

    private static IStatusPlace Place(ParseResult parsed, HttpClient client) => (
        parsed.GetValue(File), parsed.GetValue(Address), Cluster(parsed)) switch
    {
        ({ } file, null, null) => new StatusFile(file),
        (null, { } address, null) => new StatusHost(Servers.Folder(address), client),
        (null, null, { } cluster) => new StatusContext(cluster),
        (null, null, null) =>
            throw new CommandException("There is nothing to read: name a FILE, a host with --url URL, or a cluster with --context NAME."),
        _ => throw new CommandException("FILE, --url and --context name several places, but one is read at a time: leave the others out."),
    };

    private static KubernetesOptions? Cluster(ParseResult parsed)
    {
        var (context, space, file) = (parsed.GetValue(Context), parsed.GetValue(Namespace), parsed.GetValue(KubeConfig));
        return context is null && space is null && file is null
            ? null
            : new() { Context = context, KubeConfig = file, Namespace = space, AllNamespaces = space is null };
    }
}
