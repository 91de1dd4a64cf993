using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Protocol;
using Doorward.Testing.Devices;
using Doorward.Testing.Product;

namespace Doorward.Benchmarks.Devices;

/// <summary>Devices with keys of their own that report as agents do: all facts once, then at their turn.</summary>
internal sealed class Fleet(ApartProduct product, GatewayRoad road, TimeSpan interval)
{
    private const int AtOnce = 32;
    private readonly ConcurrentQueue<double> _answers = new();
    private TestDevice[] _devices = [];
    private bool[] _waits = [];
    private int _refused;

    /// <summary>Milliseconds that answers took since they were taken last, in order.</summary>
    public IReadOnlyList<double> TakeAnswers()
    {
        var taken = _answers.ToArray().Order().ToList();
        _answers.Clear();
        return taken;
    }

    public int Refused => _refused;

    /// <summary>The last refusal, in words.</summary>
    public string? Why { get; private set; }

    public async Task EnrolAsync(int count)
    {
        (_devices, _waits) = (new TestDevice[count], new bool[count]);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) =>
        {
            var made = await product.Api.PostAsync("devices/invitations", new JsonObject { ["name"] = $"machine-{number}" });
            if (!EnrolmentLink.TryParse((string)made!["link"]!, out var link)) throw new InvalidOperationException("no link");
            _devices[number] = await TestDevice.EnrolAsync(road.SendAsync, link, $"machine-{number}");
        });
    }

    /// <summary>Everybody reports everything, as after an enrolment.</summary>
    public Task ReportAllAsync() => Parallel.ForEachAsync(_devices, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (device, _) => await ReportAsync(device, AllFacts(device), 0));

    /// <summary>Reports of all, spread evenly; of them, so many an hour and device say something new.</summary>
    public async Task RunAsync(TimeSpan duration, double changesAnHour)
    {
        var every = interval / _devices.Length;
        var chance = changesAnHour * interval.TotalHours;
        var (begun, sent, open) = (Stopwatch.GetTimestamp(), 0L, new List<Task>());
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        while (Stopwatch.GetElapsedTime(begun) is var now && now < duration && await timer.WaitForNextTickAsync())
        {
            for (; sent * every < now; sent++)
            {
                var number = (int)(sent % _devices.Length);
                var turns = Math.Floor((sent + 1) * chance) > Math.Floor(sent * chance);
                if (turns) _waits[number] = !_waits[number];
                open.Add(Task.Run(() => ReportAsync(_devices[number], turns ? [Fact("rebootDone", !_waits[number])] : [], _devices[number].Accepted)));
            }

            open.RemoveAll(static task => task.IsCompletedSuccessfully);
        }

        await Task.WhenAll(open);
    }

    private async Task ReportAsync(TestDevice device, PostureReportFact[] facts, ulong @base)
    {
        var report = device.Report(@base, new Dictionary<string, PostureReportFact.Types.State>());
        report.Facts.AddRange(facts);
        var begun = Stopwatch.GetTimestamp();
        var answer = await device.SendReportAsync(device.Sign(report));
        _answers.Enqueue(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        if (answer.Status == HttpStatusCode.OK) return;
        Interlocked.Increment(ref _refused);
        Why = answer.Problem?.ToString() ?? answer.Status.ToString();
    }

    // As long as what agents say of a Debian machine; a part differs from machine to machine.
    private static PostureReportFact[] AllFacts(TestDevice device) =>
        [.. FactNames.All.Select((fact, number) => Fact(fact.Name, true, number % 5 == 0 ? $"{fact.Title}: {device.Id}" : $"{fact.Title}: enabled, 12.11"))];

    private static PostureReportFact Fact(string name, bool passes, string evidence = "/run/reboot-required is not there") => new()
    {
        Name = name,
        State = passes ? PostureReportFact.Types.State.Pass : PostureReportFact.Types.State.Fail,
        Evidence = evidence,
        Source = $"/etc/{name}.conf, /run/{name}.state",
    };
}
