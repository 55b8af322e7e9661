using AutoScaling.Primitives;

namespace AutoScaling.Rules.Concurrency;

/// <summary>The figures behind an answer, of which a sentence is made when somebody reads it.</summary>
internal sealed class ConcurrencyDetail(ConcurrencyRule rule, double stable, double last, int? panic)
{
    public override string ToString()
    {
        var panicWindow = Phrase.Of(rule.StableWindow * (rule.PanicWindow / 100));
        var seen = $"{Phrase.Of(stable)} on average of {Phrase.Of(rule.StableWindow)} and {Phrase.Of(last)} of {panicWindow}, "
            + $"where a replica is counted on for {Phrase.Of(rule.PerReplica)}";
        return panic is { } needed ? $"{seen}; in panic, so none is removed (the last {panicWindow} need {needed})" : seen;
    }
}
