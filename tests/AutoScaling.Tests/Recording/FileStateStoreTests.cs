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
        using var store = Store();
        Assert.Empty(await store.LoadAllAsync(Stop));
        Assert.Null(await store.LoadAsync("web", Stop));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Save_OneOfSeveral_KeepsTheOthers(bool loadedBefore)
    {
        await Saved(("a", 1), ("b", 2));
        using (var store = Store())
        {
            if (loadedBefore) await store.LoadAllAsync(Stop);
            await store.SaveAsync(States(("b", 5), ("c", 3)), Stop);
        }

        var loaded = await Loaded();
        Assert.Equal([("a", 1), ("b", 5), ("c", 3)], loaded.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => (s.Key, s.Value.LastWritten!.Value)));
        using (var store = Store()) Assert.Equal(loaded["b"], await store.LoadAsync("b", Stop));
        Assert.Equal([File], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public async Task Delete_OneOfSeveral_KeepsTheOthers()
    {
        using (var store = Store())
        {
            await store.SaveAsync(States(("a", 1), ("b", 2)), Stop);
            await store.DeleteAsync(["a", "nobody"], Stop);
            await store.DeleteAsync(["nobody"], Stop);
            Assert.Null(await store.LoadAsync("a", Stop));
        }

        Assert.Equal("b", Assert.Single(await Loaded()).Key);
    }

    [Theory]
    [InlineData("\"b\": {\"highs\": 5}", "b")]
    [InlineData("\"b\": null", "b")]
    [InlineData("\"\\ud800\": {}", "a target whose name is no text")]
    public async Task Load_OneCannotBeRead_TheOthersCanAndItIsSaid(string broken, string name)
    {
        await System.IO.File.WriteAllTextAsync(File, $$"""{ {{broken}}, "a": {{States(("a", 1))["a"].ToJson()}}}""", Stop);
        Assert.Equal("a", Assert.Single(await Loaded()).Key);
        var sentence = Assert.Single(_log.GetSnapshot()).Message;
        Assert.StartsWith($"The state of {name} in '{File}' cannot be read, so it starts anew: ", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_FileBeginsWithAByteOrderMark_IsRead()
    {
        await System.IO.File.WriteAllTextAsync(File, $$"""{"a": {{States(("a", 1))["a"].ToJson()}}}""", System.Text.Encoding.UTF8, Stop);
        Assert.Equal("a", Assert.Single(await Loaded()).Key);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task Load_NoObject_SaysSoAndIsWrittenOver(string content)
    {
        await System.IO.File.WriteAllTextAsync(File, content, Stop);
        using (var store = Store())
        {
            var error = await Assert.ThrowsAsync<ScalingException>(async () => await store.LoadAllAsync(Stop));
            Assert.StartsWith($"The state file '{File}' cannot be read: ", error.Message, StringComparison.Ordinal);
            await store.SaveAsync(States(("a", 1)), Stop);
        }

        Assert.Equal("a", Assert.Single(await Loaded()).Key);
    }

    [Fact]
    public async Task Save_ProcessBeforeWasKilledWhileSaving_LeavesNothingOfIt()
    {
        await System.IO.File.WriteAllTextAsync(File + ".new", new string('x', 10_000), Stop);
        await Saved(("a", 1));
        Assert.Equal([File], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public async Task Save_ManyAtOnce_AllAreThere()
    {
        using (var store = Store()) await Task.WhenAll(Enumerable.Range(0, 50).Select(i => store.SaveAsync(States(($"t{i}", i)), Stop).AsTask()));
        Assert.Equal(50, (await Loaded()).Count);
    }

    [Fact]
    public async Task Store_AnotherOneHasTheFile_IsOneSentenceUntilThatEnds()
    {
        using (var first = Store())
        {
            await first.SaveAsync(States(("a", 1)), Stop);
            var error = Assert.Throws<ScalingException>(Store);
            Assert.Equal(
                $"The state file '{File}' is written by another process, or by another part of this one ('{File}.lock' is locked): give each host a file of its own.",
                error.Message);
        }

        using var second = Store();
        Assert.Equal("a", Assert.Single(await second.LoadAllAsync(Stop)).Key);
    }

    [Fact]
    public async Task Store_ItsProcessWasKilled_CanBeOpenedAgain()
    {
        await System.IO.File.WriteAllTextAsync(File + ".lock", "", Stop); // whoever held it is gone
        using var store = Store();
        Assert.Empty(await store.LoadAllAsync(Stop));
    }

    [Fact]
    public void Store_FolderIsMissing_IsOneSentence()
    {
        var path = Path.Combine(File, "deeper");
        var error = Assert.Throws<ScalingException>(() => new FileStateStore(path));
        Assert.StartsWith($"The state file '{path}' cannot be written: ", error.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, ScalingState> States(params (string Target, int Written)[] states) => states.ToDictionary(
        s => s.Target,
        s => ScalingState.FromJson($$"""{"since": "2026-01-01T12:00:00+00:00", "highs": [], "lows": [], "lastWritten": {{s.Written}}}"""));

    private async Task Saved(params (string Target, int Written)[] states)
    {
        using var store = Store();
        await store.SaveAsync(States(states), Stop);
    }

    private async Task<IReadOnlyDictionary<string, ScalingState>> Loaded()
    {
        using var store = Store();
        return await store.LoadAllAsync(Stop);
    }

    private FileStateStore Store() => new(File, new FakeLogger<FileStateStore>(_log));
}
