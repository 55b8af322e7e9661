namespace AutoScaling.Architecture.Tests.Checks;

public sealed class StaticsCheckTests
{
    [Theory]
    [InlineData("static int _count;", "_count is static, and can be set.")]
    [InlineData("static int Count { get; set; }", "Count is static, and can be set.")]
    [InlineData("[ThreadStatic] static int _count;", "_count is static, and each thread has its own.")]
    [InlineData("static event Action? Changed;", "Changed is static, and an event can be changed.")]
    [InlineData("static readonly List<int> All = [];", "All is static, and a List can be changed.")]
    [InlineData("static HashSet<int> All { get; } = [];", "All is static, and a HashSet can be changed.")]
    [InlineData("static readonly IDictionary<int, int>? All;", "All is static, and an IDictionary can be changed.")]
    [InlineData("static readonly ConcurrentDictionary<int, int> All = new();", "All is static, and a ConcurrentDictionary can be changed.")]
    [InlineData("static readonly ConcurrentQueue<int> All = new();", "All is static, and a ConcurrentQueue can be changed.")]
    [InlineData("static readonly Queue<int> All = new();", "All is static, and a Queue can be changed.")]
    [InlineData("static readonly ConditionalWeakTable<string, string>? All;", "All is static, and a ConditionalWeakTable can be changed.")]
    [InlineData("static readonly StringBuilder Text = new();", "Text is static, and a StringBuilder can be changed.")]
    [InlineData("static readonly AsyncLocal<int> Here = new();", "Here is static, and an AsyncLocal can be changed.")]
    [InlineData("public static readonly int[] Table = [1, 2];", "Table is static, and others can change the array.")]
    public void Failures_WhatCanChange_MemberAndWhy(string member, string failure) =>
        Assert.Equal(["F/A.cs: A." + failure], FailuresOf(member));

    [Theory]
    [InlineData("private static readonly int[] Table = [1, 2];")]
    [InlineData("const int Most = 3; static readonly int Least = 1; int _count; List<int> _mine = [];")]
    [InlineData("static readonly FrozenDictionary<int, int> All = FrozenDictionary<int, int>.Empty;")]
    [InlineData("static ImmutableArray<int> All { get; } = []; static ImmutableDictionary<int, int>? More { get; }")]
    [InlineData("static readonly SearchValues<char> Letters = SearchValues.Create(\"ab\");")]
    [InlineData("static IReadOnlyList<int> All { get; } = new List<int> { 1, 2 };")]
    [InlineData("static List<int> New => []; static int Sum(List<int> all) { var sum = all[0]; return sum; }")]
    [InlineData("static event Action Passed { add { } remove { } }")]
    public void Failures_WhatCannotChange_None(string member) => Assert.Empty(FailuresOf(member));

    [Fact]
    public void Failures_NestedType_IsSeen() =>
        Assert.Equal(["F/A.cs: Inner._count is static, and can be set."], FailuresOf("private class Inner { static int _count; }"));

    private static IEnumerable<string> FailuresOf(string members) => StaticsCheck.Failures(Demo.Of(("F/A.cs", $$"""
        using System.Buffers;
        using System.Collections.Concurrent;
        using System.Collections.Frozen;
        using System.Collections.Immutable;
        using System.Runtime.CompilerServices;
        using System.Text;
        namespace Demo;
        public class A { {{members}} }
        """)));
}
