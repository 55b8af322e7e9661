using AutoScaling.Architecture.Tests.Sources;
using Microsoft.CodeAnalysis;

namespace AutoScaling.Architecture.Tests.Checks;

/// <summary>
/// Nothing that is static changes: no variable, no event, no collection that can be added to.
/// Tables in private arrays may be: only the type around them reaches them.
/// </summary>
internal static class StaticsCheck
{
    // Whoever is or has one of these can be changed.
    private static readonly string[] Changeable =
    [
        "System.Collections.IList",
        "System.Collections.IDictionary",
        "System.Collections.Generic.ICollection<T>",
        "System.Collections.Generic.IList<T>",
        "System.Collections.Generic.ISet<T>",
        "System.Collections.Generic.IDictionary<TKey, TValue>",
        "System.Collections.Generic.Queue<T>",
        "System.Collections.Generic.Stack<T>",
        "System.Collections.Generic.PriorityQueue<TElement, TPriority>",
        "System.Collections.Concurrent.IProducerConsumerCollection<T>",
        "System.Collections.Concurrent.BlockingCollection<T>",
        "System.IO.Stream",
        "System.Runtime.CompilerServices.ConditionalWeakTable<TKey, TValue>",
        "System.Runtime.CompilerServices.StrongBox<T>",
        "System.Text.StringBuilder",
        "System.Threading.AsyncLocal<T>",
        "System.Threading.Channels.Channel<TWrite, TRead>",
        "System.Threading.ThreadLocal<T>",
    ];

    public static IEnumerable<string> Failures(Package package) =>
        from found in package.Types()
        from type in WithNested(found.Type)
        from member in type.GetMembers()
        where member.IsStatic
        let failure = FailureOf(member)
        where failure is not null
        select $"{found.File.Path}: {type.Name}.{NameOf(member).Name} is static, and {failure}.";

    private static string? FailureOf(ISymbol member) => member switch
    {
        IEventSymbol { AddMethod.IsImplicitlyDeclared: true } => "an event can be changed",
        IFieldSymbol when member.GetAttributes().Any(a => a.AttributeClass?.Name == "ThreadStaticAttribute") => "each thread has its own",
        IFieldSymbol { IsConst: false, IsReadOnly: false } => "can be set",
        IFieldSymbol { Type: IArrayTypeSymbol } => IsPrivate(NameOf(member)) ? null : "others can change the array",
        IFieldSymbol { Type: var type } when IsChangeable(type) => $"{Article(type.Name)} {type.Name} can be changed",
        _ => null,
    };

    private static bool IsPrivate(ISymbol member) => member.DeclaredAccessibility == Accessibility.Private;

    private static string Article(string name) => "AEIOU".Contains(name[0], StringComparison.Ordinal) ? "an" : "a";

    /// <summary>The field of an automatic property has a name that nobody has written.</summary>
    private static ISymbol NameOf(ISymbol member) => (member as IFieldSymbol)?.AssociatedSymbol ?? member;

    private static IEnumerable<INamedTypeSymbol> WithNested(INamedTypeSymbol type) =>
        type.GetTypeMembers().SelectMany(WithNested).Prepend(type);

    private static bool IsChangeable(ITypeSymbol type)
    {
        var all = WithBases(type).ToList();
        return !all.Exists(IsFixed) && all.Concat(type.AllInterfaces).Any(t => Changeable.Contains(t.OriginalDefinition.ToDisplayString()));
    }

    private static IEnumerable<ITypeSymbol> WithBases(ITypeSymbol type)
    {
        for (var t = type; t is not null; t = t.BaseType) yield return t;
    }

    /// <summary>These have the interfaces of collections that can be changed, and refuse.</summary>
    private static bool IsFixed(ITypeSymbol type) =>
        type.ContainingNamespace?.ToDisplayString() is "System.Collections.Immutable" or "System.Collections.Frozen"
        || type.Name.StartsWith("ReadOnly", StringComparison.Ordinal);
}
