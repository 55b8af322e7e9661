namespace AutoScaling.Kubernetes.Tests.Agreement;

/// <summary>The situations in which the HPA and we are compared.</summary>
internal static class Situations
{
    private const string Edge = "1.20 holds |1 - 1.1| against the tolerance of 0.1, which in doubles is more; today 1.1 is held against 1 + 0.1, which it is";

    public static readonly Situation[] All =
    [
        // Up and down.
        new("up-double", "100 100 100", Goal.Cpu(50)),
        new("up-a-little", "60 60 60", Goal.Cpu(50)),
        new("up-uneven", "10 190 70", Goal.Cpu(50)),
        new("up-limited-by-pods", "500", Goal.Cpu(50)),
        new("up-limited-by-percent", "200 200 200 200 200 200", Goal.Cpu(50)),
        new("down-half", "25 25 25 25", Goal.Cpu(50)),
        new("down-to-one", "1 1 1", Goal.Cpu(50)),
        new("down-idle", "0 0 0", Goal.Cpu(50)),
        new("down-from-ten", "20 20 20 20 20 20 20 20 20 20", Goal.Cpu(50)),
        new("steady", "50 50", Goal.Cpu(50)),
        new("switched-off", "", Goal.Cpu(50)) { Min = 2 },

        // The edges of the tolerance.
        new("edge-inside-up", "54 54", Goal.Cpu(50)),
        new("edge-up", "55 55", Goal.Cpu(50)) { Difference = Edge, OfTheOldHpaOnly = true },
        new("edge-above-up", "56 56", Goal.Cpu(50)),
        new("edge-truncated", "54 55", Goal.Cpu(50)),
        new("edge-down", "45 45 45 45 45", Goal.Cpu(50)),
        new("edge-below-down", "44 44 44 44 44 44 44 44 44 44", Goal.Cpu(50)),
        new("edge-exact-elsewhere", "77 77", Goal.Cpu(70)) { Difference = Edge, OfTheOldHpaOnly = true },

        // Min and max.
        new("max-reached", "100 100 100", Goal.Cpu(50)) { Max = 5 },
        new("max-exceeded", "100 100 100 100 100 100", Goal.Cpu(50)) { Max = 4 },
        new("max-exceeded-blind", "- - -", Goal.Cpu(50)) { Max = 2 },
        new("min-reached", "5 5 5 5", Goal.Cpu(50)) { Min = 2 },
        new("min-undercut", "10", Goal.Cpu(50)) { Min = 3 },

        // Pods that are not measured.
        new("missing-up", "100 100 -", Goal.Cpu(50)),
        new("missing-turns-up-around", "60 -", Goal.Cpu(50)),
        new("missing-down", "10 10 -", Goal.Cpu(50)),
        new("missing-down-still", "2 2 2 2 2 2 -", Goal.Cpu(50)),
        new("missing-turns-down-around", "5 - -", Goal.Cpu(50)),
        new("missing-on-target", "50 -", Goal.Cpu(50)),
        new("missing-all", "- -", Goal.Cpu(50)),
        new("missing-high-target", "40 -", Goal.Cpu(150)) { Difference = "1.20 takes a pod that is not measured for one in full use on the way down; today for one at the target, if that is above 100 %", OfTheOldHpaOnly = true },

        // Pods that are not ready, and others.
        new("pending-up", "100 100 p", Goal.Cpu(50)),
        new("pending-down", "10 10 p", Goal.Cpu(50)),
        new("pending-measured", "100 p900", Goal.Cpu(50)),
        new("pending-many", "200 p p p", Goal.Cpu(50)),
        new("starting-up", "100 u900", Goal.Cpu(50)),
        new("starting-down", "10 10 u900", Goal.Cpu(50)),
        new("starting-only", "u100 u100", Goal.Cpu(50)),
        new("unready-since-lately", "100 o100", Goal.Cpu(50)),
        new("young", "100 y900", Goal.Cpu(50)),
        new("no-condition", "100 n900", Goal.Cpu(50)),
        new("unknown-readiness", "100 x100", Goal.Cpu(50)),
        new("deleting", "100 100 d900", Goal.Cpu(50)),
        new("failed", "100 f", Goal.Cpu(50)),
        new("succeeded", "100 s", Goal.Cpu(50)) { Difference = "1.20 takes a pod that has succeeded for one that is not measured; today it does not count" },
        new("all-at-once", "100 - p u900 o60 d900 f", Goal.Cpu(50)),
        new("fewer-than-wanted", "100 100", Goal.Cpu(50)) { Current = 5 },
        new("more-than-wanted", "50 50 50", Goal.Cpu(50)) { Current = 1 },

        // Requests, memory, averages.
        new("no-request", "100 q100", Goal.Cpu(50)),
        new("no-request-average", "100 q100", Goal.CpuValue(50)),
        new("average-up", "100 120", Goal.CpuValue(50)),
        new("average-down", "20 21 22 23", Goal.CpuValue(50)),
        new("average-missing", "100 -", Goal.CpuValue(50)),
        new("average-starting", "100 u900", Goal.CpuValue(50)),
        new("memory-up", "100 100", Goal.Memory(50)),
        new("memory-down", "10 10 10", Goal.Memory(50)),
        new("memory-starting-counts", "100 u100", Goal.Memory(50)),
        new("memory-pending", "100 p", Goal.Memory(50)),
        new("memory-missing", "100 -", Goal.Memory(50)),

        // Metrics of pods, objects and the outside.
        new("rps-up", "20 30", Goal.Rps(10)),
        new("rps-down", "2 3 4", Goal.Rps(10)),
        new("rps-missing", "20 20 -", Goal.Rps(10)),
        new("rps-missing-down", "2 2 -", Goal.Rps(10)),
        new("rps-starting-counts", "20 u20", Goal.Rps(10)),
        new("rps-pending", "20 20 p", Goal.Rps(10)),
        new("rps-deleting", "20 d90", Goal.Rps(10)),
        new("rps-gone", "20 g80", Goal.Rps(10)) { Difference = "the HPA, today's too, counts the values of pods that are gone, as long as the adapter has some; we only those of pods that are there" },
        new("gone", "100 g900", Goal.Cpu(50)),
        new("object-up", "1 1", Goal.Hits(10)) { Hits = "25" },
        new("object-down", "1 1 1", Goal.Hits(10)) { Hits = "3500m" },
        new("object-inside", "1 1", Goal.Hits(10)) { Hits = "10900m" },
        new("object-unready", "1 u1 o1", Goal.Hits(10)) { Hits = "25" },
        new("object-each-up", "1 1", Goal.HitsEach(10)) { Hits = "45" },
        new("object-each-down", "1 1 1 1", Goal.HitsEach(10)) { Hits = "15" },
        new("object-missing", "1 1", Goal.Hits(10)),
        new("queue-up", "1 1", Goal.Queue(100)) { Queue = ["150", "100"] },
        new("queue-each-up", "1 1", Goal.QueueEach(30)) { Queue = ["100", "1500m"] },
        new("queue-each-inside", "1 1 1", Goal.QueueEach(30)) { Queue = ["95"] },
        new("queue-each-down", "1 1 1 1", Goal.QueueEach(30)) { Queue = ["31"] },
        new("queue-each-empty", "1 1", Goal.QueueEach(30)) { Queue = ["0"] },
        new("queue-missing", "1 1", Goal.QueueEach(30)),

        // Several metrics.
        new("both-up", "70 70", Goal.Cpu(50), Goal.QueueEach(10)) { Queue = ["41"] },
        new("both-disagree", "10 10 10", Goal.Cpu(50), Goal.Memory(10), Goal.QueueEach(10)) { Queue = ["12"] },
        new("one-fails-up", "100 100", Goal.Cpu(50), Goal.Hits(10)),
        new("one-fails-down", "10 10 10", Goal.Cpu(50), Goal.Hits(10))
        {
            Difference = "1.20 goes down by the metrics that it can read; today one that cannot be read holds a scale-down",
            OfTheOldHpaOnly = true,
        },
        new("both-fail", "- -", Goal.Cpu(50), Goal.Hits(10)),
    ];
}
