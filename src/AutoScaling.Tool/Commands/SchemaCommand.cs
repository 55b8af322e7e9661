using System.CommandLine;

namespace AutoScaling.Tool.Commands;

/// <summary>The command <c>schema</c>: writes the schema of policy documents.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new Command("schema", "Writes the JSON schema (draft 7) of policy documents, for editors and checks.");
        command.SetAction(_ => Console.Out.WriteLine(PolicyDocument.Schema().TrimEnd()));
        return command;
    }
}
