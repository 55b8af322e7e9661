using System.Net;
using AutoScaling.Orleans.Sharing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;

namespace AutoScaling.Orleans.Tests.Sharing;

/// <summary>Which buckets a silo has, by what other silos say of theirs.</summary>
public sealed class BucketShareTests
{
    private static readonly TimeSpan PokeTimeout = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new();

    /// <summary>Orleans may have made a bucket active in two silos, neither of which finds that out by itself.</summary>
    [Fact]
    public void Hear_ABucketThatBothHave_OneOfThemLetsItGo()
    {
        var (one, other) = (Share(1, _time), Share(2, _time));
        var (first, second) = (one.Take(3), other.Take(3));
        var alone = one.Take(4);
        Pass(first, alone, second);

        var (told, heard) = (one.Tell(), other.Tell());
        one.Hear(heard);
        other.Hear(told);
        Assert.True(first.IsLost);
        Assert.False(second.IsLost);
        Assert.False(alone.IsLost);
        Assert.False(one.Tell().IsOwn[3]);
        Assert.True(other.Tell().IsOwn[3]);
    }

    /// <summary>What a silo said before it handed a bucket over may arrive afterwards.</summary>
    [Fact]
    public void Hear_ABucketThatWasJustHandedOver_ItIsKept()
    {
        var (one, other) = (Share(1, _time), Share(2, _time));
        var before = other.Take(3);
        var said = other.Tell();
        before.End();
        var term = one.Take(3);
        one.Hear(said);
        Assert.False(term.IsLost);

        one.Hear(other.Tell());
        Pass(term);
        one.Hear(other.Tell());
        Assert.False(term.IsLost);
    }

    [Fact]
    public void Tell_ATermThatIsOver_ItsBucketIsNotThisSilosAnyLonger()
    {
        var share = Share(1, _time);
        share.Take(7);
        Assert.Equal([7], Own(share));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(Own(share));
    }

    [Fact]
    public void TagsOf_ATarget_NameItsSiloAndItsBucket()
    {
        var share = Share(1, _time);
        Assert.Equal(
            [new("autoscaling.silo", "S"), new("autoscaling.bucket", BucketShare.BucketOf("web", share.Buckets))],
            share.TagsOf("web").ToDictionary());
    }

    private static IEnumerable<int> Own(BucketShare share) => share.Tell().IsOwn.Index().Where(b => b.Item).Select(b => b.Index);

    private void Pass(params BucketTerm[] terms)
    {
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.All(terms, term => Assert.True(term.Renew()));
        }
    }

    /// <summary>The share of one of several silos.</summary>
    /// <param name="number">Which.</param>
    /// <param name="time">Its clock; <see langword="null"/>: one that stands still.</param>
    internal static BucketShare Share(int number, TimeProvider? time = null) => new(
        Options.Create(new OrleansScalingOptions { PokeTimeout = PokeTimeout, Lease = TimeSpan.FromSeconds(3) }),
        Options.Create(new ClusterMembershipOptions()),
        new Local(SiloAddress.New(IPAddress.Loopback, 11111, number)),
        time ?? new FakeTimeProvider(),
        NullLogger<BucketShare>.Instance);

    private sealed class Local(SiloAddress address) : ILocalSiloDetails
    {
        public string Name => "S";

        public string ClusterId => "c";

        public string DnsHostName => "localhost";

        public SiloAddress SiloAddress => address;

        public SiloAddress GatewayAddress => address;
    }
}
