using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Tests.Recording;

public sealed class FileStateStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly FakeLogCollector _log = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.FullName, "state.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Load_NothingWasSaved_IsEmpty()
    {
        Assert.Empty(await Store().LoadAllAsync(Stop));
        Assert.Null(await Store().LoadAsync("web", Stop));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Save_OneOfSeveral_KeepsTheOthers(bool loadedBefore)
    {
        await Store().SaveAsync(States(("a", 1), ("b", 2)), Stop);
        var store = Store();
        if (loadedBefore) await store.LoadAllAsync(Stop);
        await store.SaveAsync(States(("b", 5), ("c", 3)), Stop);
        var loaded = await Store().LoadAllAsync(Stop);
        Assert.Equal([("a", 1), ("b", 5), ("c", 3)], loaded.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => (s.Key, s.Value.LastWritten!.Value)));
        Assert.Equal(loaded["b"], await Store().LoadAsync("b", Stop));
        Assert.Equal([File], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public async Task Delete_OneOfSeveral_KeepsTheOthers()
    {
        var store = Store();
        await store.SaveAsync(States(("a", 1), ("b", 2)), Stop);
        await store.DeleteAsync("a", Stop);
        await store.DeleteAsync("nobody", Stop);
        Assert.Null(await store.LoadAsync("a", Stop));
        Assert.Equal("b", Assert.Single(await Store().LoadAllAsync(Stop)).Key);
    }

    [Fact]
    public async Task Load_OneCannotBeRead_TheOthersCanAndItIsSaid()
    {
        await System.IO.File.WriteAllTextAsync(File, $$"""{"b": {"highs": 5}, "a": {{States(("a", 1))["a"].ToJson()}}}""", Stop);
        Assert.Equal("a", Assert.Single(await Store().LoadAllAsync(Stop)).Key);
        Assert.StartsWith($"The state of b in '{File}' cannot be read, so it starts anew: ", Assert.Single(_log.GetSnapshot()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task Load_NoObject_SaysSoAndIsWrittenOver(string content)
    {
        await System.IO.File.WriteAllTextAsync(File, content, Stop);
        var store = Store();
        var error = await Assert.ThrowsAsync<ScalingException>(async () => await store.LoadAllAsync(Stop));
        Assert.StartsWith($"The state file '{File}' cannot be read: ", error.Message, StringComparison.Ordinal);
        await store.SaveAsync(States(("a", 1)), Stop);
        Assert.Equal("a", Assert.Single(await Store().LoadAllAsync(Stop)).Key);
    }

    [Fact]
    public async Task Save_ProcessesBeforeWereKilledWhileSaving_LeavesNothingOfThem()
    {
        var left = $"{File}.{int.MaxValue}.new";
        await System.IO.File.WriteAllTextAsync(left, "{", Stop);
        await Store().SaveAsync(States(("a", 1)), Stop);
        Assert.Equal([File], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public async Task Save_ManyAtOnce_AllAreThere()
    {
        var store = Store();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => store.SaveAsync(States(($"t{i}", i)), Stop).AsTask()));
        Assert.Equal(50, (await Store().LoadAllAsync(Stop)).Count);
    }

    private static Dictionary<string, ScalingState> States(params (string Target, int Written)[] states) => states.ToDictionary(
        s => s.Target,
        s => ScalingState.FromJson($$"""{"since": "2026-01-01T12:00:00+00:00", "highs": [], "lows": [], "lastWritten": {{s.Written}}}"""));

    private FileStateStore Store() => new(File, new FakeLogger<FileStateStore>(_log));
}
