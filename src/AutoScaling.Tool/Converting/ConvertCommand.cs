using System.Collections.Immutable;
using System.CommandLine;
using AutoScaling.Kubernetes;
using AutoScaling.Tool.Findings;
using AutoScaling.Tool.Import;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Converting;

/// <summary>The command <c>convert</c>: makes policies of HorizontalPodAutoscalers and ScaledObjects.</summary>
internal static class ConvertCommand
{
    private static readonly Argument<string[]> Paths = new("FILE")
    {
        Description = "HorizontalPodAutoscalers and ScaledObjects of KEDA, as YAML or JSON; folders of them, or - for the standard input. "
            + "Other resources are left alone",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> FromCluster = new("--from-cluster")
    {
        Description = "Reads them from a cluster; needs the right to list them, and changes nothing",
    };

    private static readonly Option<string?> Context = new("--context")
    {
        Description = "The context of the kubeconfig [default: its current one]",
        HelpName = "NAME",
    };

    private static readonly Option<string?> KubeConfig = new("--kubeconfig")
    {
        Description = "The kubeconfig [default: as kubectl finds it]",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Namespace = new("--namespace", "-n")
    {
        Description = "Of a cluster only this namespace [default: all]; of files the namespace of what names none",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "The file for the policies, which is replaced: .yaml, .yml or .json [default: the standard output, as YAML]",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Exact = new("--exact")
    {
        Description = "Decides as the HPA and KEDA also where these scale down on what cannot be trusted "
            + "[default: such differences are kept, and told]",
    };

    private static readonly Option<ReportFormat> Format = OptionValues.Word(
        "--format", ReportFormat.Text,
        "How it is told what differs and what is left out: text, on the standard error; json, sarif or github, on the standard output, "
            + "which needs --output");

    private static readonly Option<FindingLevel> FailOn = OptionValues.Word(
        "--fail-on", FindingLevel.Warning,
        "From when on the exit code is 1: at a note, which is what differs or is to be done; at a warning, which is what is left out; "
            + "or not before an error");

    public static Command Create()
    {
        var command = new Command(
            "convert",
            "Makes policies of HorizontalPodAutoscalers (autoscaling/v1 to v2) and of ScaledObjects of KEDA, and tells what differs and "
                + "what has no match. Exit codes: 0 there is nothing that --fail-on names; 1 there is; 2 a resource cannot be read.")
        {
            Paths, FromCluster, Context, KubeConfig, Namespace, Output, Exact, Format, FailOn,
        };
        command.SetAction(Run);
        return command;
    }

    private static async Task<int> Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (format, output) = (parsed.GetValue(Format), parsed.GetValue(Output));
        if (format != ReportFormat.Text && output is null)
        {
            throw new CommandException(
                "--format writes to the standard output, where the policies would go: say with --output FILE where to.");
        }

        var nodes = await NodesAsync(parsed);
        var options = new ImportOptions { Namespace = parsed.GetValue(Namespace), IsExact = parsed.GetValue(Exact) };
        var conversion = Conversion.Of(nodes, options);
        if (conversion.Resources == 0)
            throw new CommandException("There is no HorizontalPodAutoscaler and no ScaledObject to convert.");
        if (!conversion.Policies.IsEmpty) Write(conversion.Policies, output);
        if (!FindingReport.Write(format, conversion.Findings, conversion.Policies.Length)) ConvertText.Write(Console.Error, conversion);
        if (conversion.Findings.Any(f => f.Level == FindingLevel.Error)) return Report.Wrong;
        return conversion.Findings.Any(f => f.Level >= parsed.GetValue(FailOn)) ? Report.Failed : 0;
    }

    private static void Write(ImmutableArray<ScalingPolicy> policies, string? output)
    {
        if (output is null) Console.Out.Write(PolicyDocument.ToYaml(policies));
        else PolicyDocument.Save(output, policies);
    }

    private static async Task<ImmutableArray<SourceNode>> NodesAsync(ParseResult parsed)
    {
        var (paths, isCluster) = (parsed.GetValue(Paths) ?? [], parsed.GetValue(FromCluster));
        if (isCluster == paths.Length > 0)
        {
            throw new CommandException(isCluster
                ? "FILE and --from-cluster name two places, but one is read at a time: leave one out."
                : "There is nothing to convert: name a FILE, or a cluster with --from-cluster.");
        }

        if (!isCluster)
        {
            var given = Array.Find<Option>([Context, KubeConfig], o => parsed.GetResult(o) is { Implicit: false });
            if (given is not null) throw new CommandException($"{given.Name} is of a cluster: add --from-cluster, and leave files out.");
            return [.. paths.Distinct(StringComparer.Ordinal).SelectMany(ResourceFiles.Read)];
        }

        using var signals = new StopSignals();
        var cluster = new KubernetesOptions
        {
            KubeConfig = parsed.GetValue(KubeConfig),
            Context = parsed.GetValue(Context),
            Namespace = parsed.GetValue(Namespace),
        };
        return await ClusterResources.ReadAsync(cluster, signals.Token);
    }
}
