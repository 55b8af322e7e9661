using System.CommandLine;
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
            + "until when, and who holds them. Name a FILE or a host (--url). "
            + "Exit codes: 0 all is well; 1 a target could not be evaluated or scaled the last time, or all share a trouble; "
            + "2 it cannot be read.")
        {
            File, Address, Access.TokenFile, Access.Headers, Service, Format,
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

    private static IStatusPlace Place(ParseResult parsed, HttpClient client) => (parsed.GetValue(File), parsed.GetValue(Address)) switch
    {
        ({ } file, null) => new StatusFile(file),
        (null, { } address) => new StatusHost(Servers.Folder(address), client),
        (null, null) => throw new CommandException("There is nothing to read: name a FILE, or a host with --url URL."),
        _ => throw new CommandException("FILE and --url name two places, but one is read at a time: leave one out."),
    };
}
