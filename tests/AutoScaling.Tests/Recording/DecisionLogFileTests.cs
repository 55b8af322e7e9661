namespace AutoScaling.Tests.Recording;

/// <summary>What crashes, full disks, second writers and time do to a decision log.</summary>
public sealed class DecisionLogFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly List<string> _skipped = [];

    private string Path => System.IO.Path.Combine(_folder.FullName, "decisions.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(-2)]
    public void Open_LastLineIsUnfinished_WhatFollowsIsReadAndTheLineIsNamed(int length)
    {
        var first = Written("web", 1, 2);
        Tear(Path, length);
        var later = Written("web", 3, 4);
        Assert.Equal([first[0], .. later], Read());
        Assert.StartsWith($"The line 2 of '{Path}' cannot be read: ", Assert.Single(_skipped), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LastLineLacksOnlyItsEnd_NothingIsLost()
    {
        var first = Written("web", 1, 2);
        Tear(Path, -1);
        Assert.Equal([.. first, .. Written("web", 3)], Read());
        Assert.Empty(_skipped);
    }

    [Fact]
    public void OnEvaluated_TheLineBeforeWasCutOff_TheNextLinesSayEverythingAnew()
    {
        List<(string, DateTimeOffset)> read = [];
        using (var log = new DecisionLog(Path))
        {
            var run = new Run();
            foreach (var target in (string[])["web", "api"]) read.Add(Log(log, run.Next(target)));
            Log(log, run.Next("web"));
            Tear(Path, 30); // as a full disk leaves it
            foreach (var target in (string[])["api", "web", "api", "web"]) read.Add(Log(log, run.Next(target)));
        }

        Assert.Equal(read, Read());
        Assert.Single(_skipped);
        static (string, DateTimeOffset) Log(DecisionLog log, ScalingRecord record)
        {
            log.OnEvaluated(record);
            return (record.Target.Name, record.At);
        }
    }

    [Fact]
    public void Read_ALineOfOneTargetIsWrong_LinesThatBuildOnItAreSkippedAndOthersAreNot()
    {
        using (var log = new DecisionLog(Path))
        {
            var run = new Run();
            for (var i = 0; i < 3; i++)
            {
                log.OnEvaluated(run.Next("web"));
                log.OnEvaluated(run.Next("api"));
            }
        }

        var lines = File.ReadAllLines(Path);
        lines[2] = lines[2].Replace("\"observation\":{", "\"state\":{\"consecutiveFailures\":-1},\"observation\":{", StringComparison.Ordinal);
        File.WriteAllLines(Path, lines);
        Assert.Equal(["web", "api", "api", "api"], Read().Select(r => r.Target));
        Assert.Equal(
            [
                $"The line 3 of '{Path}' cannot be read: The state cannot be read: consecutiveFailures must be at least 0, but is -1.",
                $"The line 5 of '{Path}' has no policy, and no earlier line of its target that could be read has one.",
            ],
            _skipped);
    }

    [Fact]
    public void Read_NobodyIsToldOfSkippedLines_EndsWithTheFirstOne()
    {
        Written("web", 1, 2);
        Tear(Path, 20);
        Assert.StartsWith($"The line 2 of '{Path}' cannot be read: ", Assert.Throws<ScalingException>(() => DecisionLog.Read(Path).ToList()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"at":"2026-01-01T12:00:00Z","target":null}""", "The line 1 of '{0}' cannot be read: ")]
    [InlineData("""{"version":2,"at":"2026-01-01T12:00:00Z","target":"web"}""", "The line 1 of '{0}' cannot be read: version must be 1, but is 2.")]
    [InlineData("\0\0\0\0", "The line 1 of '{0}' cannot be read: ")]
    public void Read_ALineThatIsNone_IsASentence(string line, string sentence)
    {
        File.WriteAllText(Path, line + "\n");
        Assert.Empty(Read());
        Assert.StartsWith(string.Format(null, sentence, Path), Assert.Single(_skipped), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnotherLogWritesTheFile_IsOneSentenceUntilThatEnds()
    {
        using (new DecisionLog(Path))
        {
            Assert.Equal(
                $"The decision log '{Path}' is written by another process, or by another part of this one ('{Path}.lock' is locked): give each host a file of its own.",
                Assert.Throws<ScalingException>(() => new DecisionLog(Path)).Message);
        }

        using (new DecisionLog(Path)) Assert.Empty(Read());
    }

    [Fact]
    public void Dispose_Twice_ThrowsNothing()
    {
        var log = new DecisionLog(Path);
        log.Dispose();
        log.Dispose();
        Assert.Equal([Path], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void OnEvaluated_FileIsFull_BeginsAnotherAndAllAreReadInOrder()
    {
        var written = Written("web", maxBytes: 4000, keepFiles: 100, minutes: [.. Enumerable.Range(0, 40)]);
        Assert.InRange(Full().Length, 3, 30);
        Assert.Equal(written, Read());
        Assert.Empty(_skipped);
        Assert.All(Full(), file => Assert.InRange(new FileInfo(file).Length, 4000, 6000));
    }

    [Fact]
    public void OnEvaluated_FileIsFull_EachFileCanBeReadAlone()
    {
        Written("web", maxBytes: 4000, keepFiles: 100, minutes: [.. Enumerable.Range(0, 40)]);
        foreach (var file in Full()) Assert.NotEmpty(DecisionLog.Read(file).ToList());
    }

    [Fact]
    public void OnEvaluated_MoreFullFilesThanAreKept_TheOldestGo()
    {
        var written = Written("web", maxBytes: 4000, keepFiles: 2, minutes: [.. Enumerable.Range(0, 40)]);
        written = [.. written, .. Written("web", maxBytes: 4000, keepFiles: 2, minutes: [.. Enumerable.Range(40, 10)])];
        Assert.Equal(2, Full().Length);
        var read = Read();
        Assert.InRange(read.Count, 10, 49);
        Assert.Equal(written[^read.Count..], read);
    }

    [Fact]
    public void BeginLine_TheNewFileCannotBeOpened_TheOldOneGoesOnUntilItCan()
    {
        var isOpen = true;
        using (var files = new LogFiles(Path, maxBytes: 4, keepFiles: 10, Open))
        {
            Write(files, "one\n");
            isOpen = false;
            Assert.False(Write(files, "two\n"));
            Assert.Equal([Path], Directory.GetFiles(_folder.FullName, "*.jsonl"));
            isOpen = true;
            Assert.True(Write(files, "three\n"));
        }

        Assert.Equal("one\ntwo\n", File.ReadAllText(Full().Single()));
        Assert.Equal("three\n", File.ReadAllText(Path));

        FileStream Open(string path) => isOpen
            ? new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0)
            : throw new IOException("too many open files");

        static bool Write(LogFiles files, string line)
        {
            var isNew = files.BeginLine();
            files.Append(System.Text.Encoding.UTF8.GetBytes(line));
            return isNew;
        }
    }

    [Fact]
    public void Read_TheLogGoesOnToANewFileMeanwhile_NoneIsSkipped()
    {
        using var log = new DecisionLog(Path, null, maxBytes: 4000, keepFiles: 100);
        var run = new Run { Minute = 0 };
        for (var i = 0; i < 20; i++) log.OnEvaluated(run.Next("web"));
        var before = Full().Length;
        Assert.InRange(before, 1, 20);

        // The full files are known when the first line is read; the one that is written then is full when its turn comes.
        var read = new List<DateTimeOffset>();
        foreach (var record in DecisionLog.Read(Path))
        {
            if (read.Count == 0)
            {
                for (var i = 20; i < 40; i++) log.OnEvaluated(run.Next("web"));
            }

            read.Add(record.At);
        }

        Assert.True(Full().Length > before);
        Assert.Equal(Enumerable.Range(0, 40).Select(minute => Run.Start.AddMinutes(minute)), read);
    }

    [Theory]
    [InlineData(0, 1, "maxBytes must be at least 1, but is 0.")]
    [InlineData(1, 0, "keepFiles must be at least 1, but is 0.")]
    public void Open_NumbersThatMakeNoSense_AreRefused(long maxBytes, int keepFiles, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ScalingException>(() => new DecisionLog(Path, null, maxBytes, keepFiles)).Message);

    private string[] Full() => [.. Directory.GetFiles(_folder.FullName, "decisions.0*.jsonl").Order(StringComparer.Ordinal)];

    private List<(string Target, DateTimeOffset At)> Read() => [.. DecisionLog.Read(Path, onSkipped: _skipped.Add).Select(r => (r.Target.Name, r.At))];

    private List<(string Target, DateTimeOffset At)> Written(string target, params int[] minutes) => Written(target, DecisionLog.DefaultMaxBytes, 10, minutes);

    private List<(string Target, DateTimeOffset At)> Written(string target, long maxBytes, int keepFiles, int[] minutes)
    {
        using var log = new DecisionLog(Path, null, maxBytes, keepFiles);
        var run = new Run { Minute = minutes[0] };
        foreach (var _ in minutes) log.OnEvaluated(run.Next(target));
        return [.. minutes.Select(minute => (target, Run.Start.AddMinutes(minute)))];
    }

    /// <summary>Cuts the last line off after some characters, or by some from its end.</summary>
    private static void Tear(string path, int length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        using var reader = new StreamReader(file, leaveOpen: true);
        var text = reader.ReadToEnd();
        var start = text.TrimEnd('\n').LastIndexOf('\n') + 1;
        file.SetLength(length >= 0 ? start + length : text.Length + length);
    }

    /// <summary>Evaluations that follow from each other, minute by minute.</summary>
    private sealed class Run
    {
        private readonly Dictionary<string, (ScalingPolicy Policy, ScalingState State)> _targets = [];

        public static DateTimeOffset Start { get; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

        public int Minute { get; set; }

        public ScalingRecord Next(string target)
        {
            var (policy, state) = _targets.TryGetValue(target, out var known) ? known : (new ScalingPolicy { Target = target }, ScalingState.New);
            var at = Start.AddMinutes(Minute++);
            var observation = new ScalingObservation { Replicas = ReplicaStatus.AllReady(4), Metrics = ServiceMetrics.Of(at, 50) };
            var decision = ScalingDecisionEngine.Decide(policy, state, observation, at);
            var next = state.After(decision, ScaleOutcome.Unchanged);
            _targets[target] = (policy, next);
            return new() { Target = target, At = at, Policy = policy, State = state, Observation = observation, Decision = decision, Next = next };
        }
    }
}
