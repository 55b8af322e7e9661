using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>One ScalingPolicy: what it says, and what is made of that. Used under the lock of all of them.</summary>
/// <remarks>What cannot be read leaves in force what was read before: its targets keep the policy that they have.</remarks>
internal sealed class ResourceEntry
{
    private ImmutableArray<string> _clauseErrors = [], _specErrors = [];
    private bool _isRead;
    private PolicySourceContext _context;
    private ResourceTargets? _madeFor;
    private ScalingPolicy? _madeOf;
    private ScalingOverride? _said;

    public ResourceEntry(PolicyResource item)
    {
        Item = item;
        ReadClause();
    }

    public PolicyResource Item { get; private set; }

    /// <summary>Its namespace and name.</summary>
    public string Title => $"{Item.Metadata!.Namespace}/{Item.Metadata.Name}";

    /// <summary>What it says of its targets; <see langword="null"/> if that never could be read.</summary>
    public TargetClause? Clause { get; private set; }

    /// <summary>What that means in the cluster; <see langword="null"/> before that is known.</summary>
    public ResourceTargets? Targets { get; private set; }

    /// <summary>What is wrong with what it says now.</summary>
    public ImmutableArray<string> Errors => _clauseErrors.IsEmpty ? _specErrors : _clauseErrors;

    /// <summary>The policy without its targets; <see langword="null"/> as long as none could be read.</summary>
    public ScalingPolicy? Template { get; private set; }

    /// <summary>What cannot be read of its annotations; <see langword="null"/> if all can.</summary>
    public string? AnnotationTrouble { get; private set; }

    /// <summary>The policies of its targets.</summary>
    public ImmutableArray<ScalingPolicy> Policies { get; private set; } = [];

    /// <summary>The targets that an older ScalingPolicy has, each with a sentence.</summary>
    public SortedDictionary<string, string> Conflicts { get; } = new(StringComparer.Ordinal);

    /// <summary>What the host does not take.</summary>
    public ImmutableArray<RefusedPolicy> Refused { get; set; } = [];

    /// <summary>When its status was written, and is to be looked at.</summary>
    public StatusTimes Times { get; } = new();

    /// <summary>What its status is made of.</summary>
    public ResourceView View() => new()
    {
        Item = Item,
        Title = Title,
        Clause = Clause,
        Trouble = Targets?.Trouble,
        IsResolved = Targets is not null,
        Policies = Policies,
        Conflicts = [.. Conflicts],
        Refused = Refused,
        Errors = Errors,
        AnnotationTrouble = AnnotationTrouble,
        Times = Times,
    };

    /// <summary>Takes in how it is now.</summary>
    /// <returns>Whether anything has changed that policies are made of.</returns>
    public bool Update(PolicyResource item)
    {
        var before = Item;
        Item = item;
        var isSame = before.Metadata!.Generation == item.Metadata!.Generation && before.Spec is { } one && item.Spec is { } other
            && JsonElement.DeepEquals(one, other);
        if (isSame && SaysTheSame(before, item)) return false;
        if (isSame) return true;
        _isRead = false;
        ReadClause();
        return true;
    }

    /// <summary>Takes in what its targets are now; where they cannot be known, those from before stay.</summary>
    /// <returns>Whether they are others.</returns>
    public bool Find(ResourceTargets found)
    {
        if (Targets is { } known && (known.IsSameAs(found) || (known.Trouble is null && found.Trouble is not null))) return false;
        Targets = found;
        return true;
    }

    /// <summary>Makes the policies anew if anything that they are made of has changed.</summary>
    public void Read(in PolicySourceContext context)
    {
        if (!_isRead || context.Defaults != _context.Defaults || context.RuleTypes != _context.RuleTypes) ReadSpec(context);
        var said = Annotations.Read(Item.Metadata!.Annotations, Template?.Range, out var trouble);
        AnnotationTrouble = trouble;
        if (Template is null || Targets is not { Trouble: null } targets) return;
        if (ReferenceEquals(_madeFor, targets) && ReferenceEquals(_madeOf, Template) && _said == said) return;
        (_madeFor, _madeOf, _said) = (targets, Template, said);
        var policy = said is null ? Template : Template with { Override = said };
        Policies = [.. targets.Names.Select(name => policy with { Target = name })];
    }

    private void ReadClause()
    {
        try
        {
            var clause = TargetClause.Take(Spec());
            if (clause != Clause) Targets = null;
            (Clause, _clauseErrors) = (clause, []);
        }
        catch (ScalingException e)
        {
            _clauseErrors = [.. e.Errors];
        }
    }

    private void ReadSpec(in PolicySourceContext context)
    {
        (_isRead, _context) = (true, context);
        if (!_clauseErrors.IsEmpty) return;
        try
        {
            var spec = Spec();
            TargetClause.Take(spec);
            Template = PolicyDocument.ParsePolicy(Title, spec.ToJsonString(), context.Defaults, context.RuleTypes);
            _specErrors = [];
        }
        catch (ScalingException e)
        {
            _specErrors = [.. e.Errors];
        }
    }

    private JsonObject Spec() => Item.Spec is { ValueKind: JsonValueKind.Object } spec ? JsonObject.Create(spec)! : [];

    private static bool SaysTheSame(PolicyResource one, PolicyResource other)
    {
        return Said(one).SequenceEqual(Said(other));

        static IEnumerable<KeyValuePair<string, string>> Said(PolicyResource item) =>
            (item.Metadata!.Annotations ?? []).Where(pair => pair.Key.StartsWith(Annotations.Prefix, StringComparison.Ordinal))
                .OrderBy(pair => pair.Key, StringComparer.Ordinal);
    }
}
