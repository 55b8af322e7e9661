using CsCheck;

namespace AutoScaling.Tests.Metrics;

public sealed class StableHashTests
{
    // From CPython 3.11 (PYTHONHASHSEED=0), whose hash of bytes is SipHash-1-3 with a zero key: hash(bytes(range(n))).
    [Theory]
    [InlineData(1, 0x68a914128e01e473)]
    [InlineData(7, 0x2f098ab0c751325a)]
    [InlineData(8, 0xead411e67ebe2eea)]
    [InlineData(9, 0x75927f9d95124362)]
    [InlineData(15, 0xf30eb725bb91c9ea)]
    [InlineData(16, 0x8972188433a5c5b7)]
    [InlineData(17, 0x4883c49a2c009c1d)]
    [InlineData(33, 0x7fb71d24dfa4c9f6)]
    [InlineData(64, 0x75e05fd5bbc870c6)]
    public void Of_Bytes_IsSipHash13(int length, ulong expected) =>
        Assert.Equal(expected, StableHash.Of([.. Enumerable.Range(0, length).Select(i => (byte)i)]));

    [Theory]
    [InlineData("web", 0x2d558cdc9cacb3dd)]
    [InlineData("日本", 0xdcce7340c368f80b)]
    [InlineData("long-service-name-for-a-deployment-in-production", 0x68273398c2b0aa17)]
    public void Of_Text_HashesItsUtf8BytesAndOneByteFF(string text, ulong expected) => Assert.Equal(expected, StableHash.Of(text));

    [Fact]
    public void Of_TextOfAnyLength_HashesTheSameBytes() =>
        Gen.String[0, 600].Sample(text => StableHash.Of(text, 1, 2) == StableHash.Of([.. System.Text.Encoding.UTF8.GetBytes(text), 0xFF], 1, 2));

    [Fact]
    public void Of_OtherKey_IsAnotherHash()
    {
        Assert.NotEqual(StableHash.Of("web", 0, 0), StableHash.Of("web", 1, 0));
        Assert.NotEqual(StableHash.Of("web", 0, 0), StableHash.Of("web", 0, 1));
    }

    [Fact]
    public void ToUnit_AnyHash_IsAtLeast0AndBelow1() => Gen.ULong.Sample(hash => StableHash.ToUnit(hash) is >= 0 and < 1);

    [Fact]
    public void ToUnit_Extremes_StayInside()
    {
        Assert.Equal(0, StableHash.ToUnit(0));
        Assert.Equal(1 - Math.Pow(2, -53), StableHash.ToUnit(ulong.MaxValue));
    }
}
