using System.Collections.Immutable;
using AutoScaling.Answers;
using AutoScaling.Primitives;

namespace AutoScaling.Commands;

/// <summary>
/// A program and its arguments, with <c>{target}</c>, <c>{replicas}</c> and <c>{from}</c> in the arguments. An argument stays one argument
/// whatever is filled in: no shell reads it.
/// </summary>
internal sealed class CommandLine
{
    // Behind it no argument is an option.
    private const string EndOfOptions = "--";

    private readonly ImmutableArray<string> _arguments;

    private CommandLine(string program, ImmutableArray<string> arguments)
    {
        (Program, _arguments) = (program, arguments);
        HasTarget = arguments.Any(Template.HasTarget);
        Key = string.Join('\0', [program, .. arguments]);
    }

    public string Program { get; }

    /// <summary>Whether it is another command for each target.</summary>
    public bool HasTarget { get; }

    /// <summary>The same for the same command.</summary>
    public string Key { get; }

    /// <summary>Reads a program and its arguments.</summary>
    /// <param name="setting">The setting that holds them, for sentences.</param>
    /// <param name="command">The program, then its arguments.</param>
    /// <param name="scales">Whether the counts are filled in.</param>
    /// <exception cref="ScalingException">They are none (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static CommandLine Parse(string setting, ImmutableArray<string> command, bool scales)
    {
        if (command.IsDefaultOrEmpty || string.IsNullOrWhiteSpace(command[0]))
            throw ScalingException.Invalid($"{setting} must be a list of a program and its arguments, but it has no program.");
        if (command.Any(text => text?.Contains('\0') != false))
            throw ScalingException.Invalid($"{setting} must be texts without NUL, but one is not.");
        if (Template.HasAny(command[0]))
            throw Bounds.Broken(setting, "a program of which nothing is filled in, with templates in its arguments only", command[0]);
        if (!scales && command.FirstOrDefault(Template.HasCount) is { } counted)
            throw Bounds.Broken(setting, "a command without {replicas} and {from}, which only a scaling has", counted);
        return new(command[0], command[1..]);
    }

    /// <summary>The arguments for a target, or why they cannot be made.</summary>
    /// <remarks>
    /// An argument that begins with the target's name would be an option if the name began with <c>-</c> (or <c>+</c>, <c>@</c>, <c>/</c>
    /// for some programs). So there a name must begin with a letter, a digit or <c>_</c>, unless the argument stands behind <c>--</c>.
    /// </remarks>
    public ImmutableArray<string> Fill(in Filling filling, out string? whyNot)
    {
        whyNot = null;
        var filled = ImmutableArray.CreateBuilder<string>(_arguments.Length);
        var mayBeOption = true;
        foreach (var template in _arguments)
        {
            if (string.Equals(template, EndOfOptions, StringComparison.Ordinal)) mayBeOption = false;
            if (mayBeOption && template.StartsWith(Template.Target, StringComparison.Ordinal) && !IsPlain(filling.Target[0]))
            {
                whyNot = $"the argument '{template}' of '{Program}' would begin with '{filling.Target[0]}' "
                    + "and could be taken for an option: a target's name must begin with a letter, a digit or '_' there, "
                    + "or the argument must stand behind '--'";
                return [];
            }

            filled.Add(Template.Fill(template, filling));
        }

        return filled.MoveToImmutable();
    }

    private static bool IsPlain(char first) => char.IsLetterOrDigit(first) || char.IsSurrogate(first) || first == '_';
}
