using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace AutoScaling.Primitives;

/// <summary>
/// A list that equals another when its items do. As the field behind a property it makes records equal when their contents are.
/// </summary>
internal readonly struct ValueList<T>(ImmutableArray<T> items) : IEquatable<ValueList<T>>
{
    private readonly ImmutableArray<T> _items = items;

    /// <summary>The items; never <c>default</c>.</summary>
    public ImmutableArray<T> Items
    {
        // Read at every decision, so only the default value, which there hardly ever is, costs a call.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _items.IsDefault ? None() : _items;
    }

    public static implicit operator ValueList<T>(ImmutableArray<T> items) => new(items);

    public static implicit operator ImmutableArray<T>(ValueList<T> list) => list.Items;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ImmutableArray<T> None() => [];

    public bool Equals(ValueList<T> other) => Items.AsSpan().SequenceEqual(other.Items.AsSpan(), EqualityComparer<T>.Default);

    public override bool Equals(object? obj) => obj is ValueList<T> other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in Items) hash.Add(item);
        return hash.ToHashCode();
    }
}
