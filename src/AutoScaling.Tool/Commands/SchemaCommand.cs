using System.CommandLine;
using AutoScaling.Kubernetes;

namespace AutoScaling.Tool.Commands;

/// <summary>The command <c>schema</c>: writes the schema of policy documents, or of policies as custom resources.</summary>
internal static class SchemaCommand
{
    private static readonly Option<bool> Crd = new("--crd")
    {
        Description = "The CustomResourceDefinition of ScalingPolicies instead, as YAML for kubectl apply",
    };

    public static Command Create()
    {
        var command = new Command("schema", "Writes the JSON schema (draft 7) of policy documents, for editors and checks.") { Crd };
        command.SetAction(parsed => Console.Out.WriteLine(
            (parsed.GetValue(Crd) ? ScalingPolicyResource.Definition() : PolicyDocument.Schema()).TrimEnd()));
        return command;
    }
}
