using System.Collections.Immutable;
using System.Globalization;
using AutoScaling.Simulation;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Backtests;

/// <summary>One setting of a policy and the values it is to have: <c>cpuTarget=50,60,70</c>, or
/// <c>behavior.scaleDown.cooldown=1m..10m..1m</c>.</summary>
internal sealed class Sweeping
{
    private const int MostValues = 1000;

    private readonly string _setting;
    private readonly bool _isTime;

    private Sweeping(string setting, bool isTime, ImmutableArray<double> values)
    {
        _setting = setting;
        _isTime = isTime;
        Values = values;
    }

    /// <summary>The values; times in seconds.</summary>
    public ImmutableArray<double> Values { get; }

    /// <summary>What the setting is called in reports.</summary>
    public string Name => _isTime ? $"{_setting} (s)" : _setting;

    /// <summary>Reads what a user wrote.</summary>
    /// <exception cref="CommandException">It is none.</exception>
    public static Sweeping Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw Wrong();
        var (setting, list) = (text[..equals].Trim(), text[(equals + 1)..]);
        var isRange = list.Contains("..", StringComparison.Ordinal);
        (decimal Value, bool IsTime)?[] read = [.. (isRange ? list.Split("..") : list.Split(',')).Select(Value)];
        if (read.Any(v => v?.IsTime != read[0]?.IsTime || v is null) || (isRange && read.Length != 3)) throw Wrong();
        decimal[] values = [.. read.Select(v => v!.Value.Value)];
        if (isRange) values = Range(text, values);
        return values.Distinct().Count() == values.Length
            ? new(setting, read[0]!.Value.IsTime, [.. values.Select(v => (double)v)])
            : throw new CommandException($"--sweep must have different values, but is '{text}'.");

        CommandException Wrong() => new(
            "--sweep must be SETTING=VALUE,VALUE,... or SETTING=FROM..TO..STEP, with numbers or with times, such as "
                + $"cpuTarget=50,60,70 or behavior.scaleDown.cooldown=1m..10m..1m, but is '{text}'.");
    }

    /// <summary>The sweep of a policy.</summary>
    public SettingSweep Of(ScalingPolicy policy) => new() { Setting = Name, Values = Values, Policy = value => Apply(policy, value) };

    /// <summary>The policy with a value.</summary>
    /// <exception cref="CommandException">There is no such setting, or it cannot have the value.</exception>
    public ScalingPolicy Apply(ScalingPolicy policy, double value)
    {
        var text = value.ToString(CultureInfo.InvariantCulture) + (_isTime ? "s" : "");
        try
        {
            return PolicyDocument.With(policy, _setting, text);
        }
        catch (ScalingException e)
        {
            throw new CommandException([.. e.Errors.Select(error => $"--sweep {_setting}={text}: {error}")]);
        }
    }

    private static decimal[] Range(string text, decimal[] range)
    {
        var (from, to, step) = (range[0], range[1], range[2]);
        if (step <= 0 || to < from || (to - from) / step > MostValues - 1)
            throw new CommandException($"--sweep must go up from FROM to TO, with a STEP more than 0 and at most {MostValues} values, "
                + $"but is '{text}'.");
        return [.. Enumerable.Range(0, (int)((to - from) / step) + 1).Select(i => from + (i * step))];
    }

    // Decimal, so that 0.1 and two steps of 0.1 are 0.3.
    private static (decimal Value, bool IsTime)? Value(string text)
    {
        text = text.Trim();
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return (number, false);
        return OptionValues.Time(text, "0s") is { } time ? ((decimal)time.Ticks / TimeSpan.TicksPerSecond, true) : null;
    }
}
