using System.Globalization;

namespace AutoScaling.Kubernetes.Tests.Leading;

/// <summary>Copies and one Lease, which people edit and delete, on a network and on clocks that the test plays with.</summary>
internal sealed class LeaseSimulation
{
    private static readonly DateTimeOffset Origin = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Copy[] _copies;
    private readonly List<Request> _orphans = [];
    private readonly Func<int, string> _name;
    private LeaseDocument? _lease;
    private int _versions;
    private int _claims;
    private double _now;

    public LeaseSimulation(double[] rates, bool sameNames)
    {
        _name = i => sameNames ? "copy" : $"copy-{i}";
        _copies = [.. rates.Select((rate, i) => new Copy { Rate = rate, Offset = 1000 * i, Contender = New(i) })];
    }

    public int Takings { get; private set; }

    public List<Copy> Leading => [.. _copies.Where(c => c.Contender.Leads(Local(c)))];

    /// <summary>Lets time pass, and then something happen that has to do with a copy.</summary>
    public void Step(int index, int chance, double pause)
    {
        _now += pause;
        Happen(_copies[index], index, chance, pause);
        foreach (var copy in _copies)
        {
            var leads = copy.Contender.Leads(Local(copy));
            if (leads && !copy.Led) Takings++;
            copy.Led = leads;
        }
    }

    private static Contender New(string identity) => new() { Identity = identity, LeaseDuration = TimeSpan.FromSeconds(15), RenewDeadline = TimeSpan.FromSeconds(10) };

    private void Happen(Copy copy, int index, int chance, double pause)
    {
        switch (chance)
        {
            case < 2:
                Edit(chance + (int)(pause * 1000));
                break;
            case < 3: // It dies, and another process takes its place; what it sent is still on its way.
                if (copy.Pending is { } left) _orphans.Add(left);
                copy.Pending = null;
                copy.Contender = New(index);
                break;
            case < 8 when _orphans.Count > 0:
                Serve(_orphans[0]);
                _orphans.RemoveAt(0);
                break;
            case < 15 when copy.Pending is { } pending: // It waits no longer for the answer.
                if (!pending.IsServed) _orphans.Add(pending);
                copy.Pending = null;
                break;
            case < 18 when copy.Pending is null && copy.Contender.IsOwn: // It stops cleanly, perhaps before it has led.
                Serve(new(copy.Contender.Target, copy.Contender.Released(Local(copy)), Local(copy)));
                copy.Contender = New(index);
                break;
            default:
                Advance(copy);
                break;
        }
    }

    private Contender New(int index) => New(_name(index));

    private TimeSpan Local(Copy copy) => TimeSpan.FromSeconds(copy.Offset + (_now * copy.Rate));

    private void Advance(Copy copy)
    {
        if (copy.Pending is null) copy.Pending = Begin(copy);
        else if (!copy.Pending.IsServed) Serve(copy.Pending);
        else Receive(copy, copy.Pending);
    }

    private Request Begin(Copy copy)
    {
        var now = Local(copy);
        if (!copy.Contender.Holds(now) && !copy.MayClaim) return new(null, null, now);
        copy.MayClaim = false;
        copy.Contender = copy.Contender.Claim(Origin.AddSeconds(_now - copy.Offset).AddMicroseconds(_claims++));
        return new(copy.Contender.Target, copy.Contender.Sent, now);
    }

    private void Receive(Copy copy, Request request)
    {
        var now = Local(copy);
        copy.Pending = null;
        if (request.Spec is null)
        {
            copy.Contender = copy.Contender.See(request.Answer, now);
            copy.MayClaim = copy.Contender.UntilFree(now) == TimeSpan.Zero;
        }
        else if (request.Answer is not null)
        {
            copy.Contender = copy.Contender.Confirm(request.Answer, request.SentAt, now);
        }
        else
        {
            copy.Pending = new(null, null, now);
        }
    }

    private void Serve(Request request)
    {
        request.IsServed = true;
        if (request.Spec is null) request.Answer = _lease;
        else if (request.Over?.Metadata?.ResourceVersion == _lease?.Metadata?.ResourceVersion) request.Answer = Write(request.Spec);
    }

    private LeaseDocument Write(LeaseSpec spec) => _lease = new()
    {
        Metadata = new() { Uid = _lease?.Metadata?.Uid ?? "u" + (_versions + 1).ToString(CultureInfo.InvariantCulture), ResourceVersion = (++_versions).ToString(CultureInfo.InvariantCulture) },
        Spec = spec,
    };

    private void Edit(int chance)
    {
        if (_lease?.Spec is not { } spec) return;
        switch (chance % 4)
        {
            case 0:
                Write(spec);
                break;
            case 1:
                Write(new() { HolderIdentity = "", LeaseDurationSeconds = spec.LeaseDurationSeconds, AcquireTime = spec.AcquireTime, LeaseTransitions = spec.LeaseTransitions });
                break;
            case 2:
                _lease = null;
                break;
            default:
                Write(new() { HolderIdentity = "somebody", LeaseDurationSeconds = spec.LeaseDurationSeconds, AcquireTime = spec.AcquireTime, LeaseTransitions = spec.LeaseTransitions });
                break;
        }
    }

    internal sealed class Copy
    {
        public required double Rate { get; init; }

        public required int Offset { get; init; }

        public required Contender Contender { get; set; }

        public Request? Pending { get; set; }

        public bool MayClaim { get; set; }

        public bool Led { get; set; }
    }

    internal sealed class Request(LeaseDocument? over, LeaseSpec? spec, TimeSpan sentAt)
    {
        public LeaseDocument? Over => over;

        public LeaseSpec? Spec => spec;

        public TimeSpan SentAt => sentAt;

        public bool IsServed { get; set; }

        public LeaseDocument? Answer { get; set; }
    }
}
