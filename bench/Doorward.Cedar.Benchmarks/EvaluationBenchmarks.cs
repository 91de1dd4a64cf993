using BenchmarkDotNet.Attributes;

namespace Doorward.Cedar.Benchmarks;

/// <summary>One request: decision, all reasons and all errors, in a scratch that is used again.</summary>
public class EvaluationBenchmarks
{
    private readonly AuthorizationScratch _scratch = new();
    private Workload? _workload;
    private AuthorizationRequest[] _requests = [];
    private int _next;

    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = "";

    [Params(true, false)]
    public bool Hit { get; set; }

    public static IEnumerable<string> Names => Workloads.Available;

    [GlobalSetup]
    public void Prepare()
    {
        _workload = Workloads.Get(Name);
        _requests = Hit ? _workload.Hits : _workload.Misses;
    }

    [Benchmark]
    public int Answer()
    {
        var answer = Authorizer.IsAuthorized(_workload!.Policies, _workload.Entities, Next(), _scratch);
        return answer.ReasonCount + answer.ErrorCount;
    }

    [Benchmark]
    public Decision Decide() => Authorizer.Decide(_workload!.Policies, _workload.Entities, Next());

    [Benchmark]
    public AuthorizationResponse AnswerToKeep() => Authorizer.IsAuthorized(_workload!.Policies, _workload.Entities, Next());

    private AuthorizationRequest Next()
    {
        if (++_next >= _requests.Length) _next = 0;
        return _requests[_next];
    }
}
