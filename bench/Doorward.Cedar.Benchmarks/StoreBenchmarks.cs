using BenchmarkDotNet.Attributes;

namespace Doorward.Cedar.Benchmarks;

/// <summary>Replacing one of a million entities, each in another place than the last.</summary>
public class StoreBenchmarks
{
    private EntityStore _store = EntityStore.Empty;
    private int _next;

    [GlobalSetup]
    public void Prepare() => _store = EntityStore.Create(People.Entities(People.Million));

    /// <summary>Other attributes: a posture, a level.</summary>
    [Benchmark]
    public void ReplaceAttributes()
    {
        var number = Next();
        _store = _store.With(People.User(number, number, level: 9));
    }

    /// <summary>Other groups.</summary>
    [Benchmark]
    public void ReplaceParents()
    {
        var number = Next();
        _store = _store.With(People.User(number, number + _next, level: 9));
    }

    private int Next() => _next = (_next + 7919) % People.Million;
}
