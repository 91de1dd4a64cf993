using Doorward.Cedar.Compilation;

namespace Doorward.Cedar;

/// <summary>Policies by their places in the set, each at most once, with why they failed if they did. Its room is used again.</summary>
internal sealed class ResultList
{
    // What a request with many results leaves behind is not kept.
    private const int KeptCapacity = 1024;

    private Result[] _results = new Result[16];
    private int _count;
    private bool _isInOrder = true;

    public int Count => _count;

    public void Add(int place, Policy policy, in Failure failure)
    {
        if (_count == _results.Length) Array.Resize(ref _results, _count * 2);
        if (_count > 0 && _results[_count - 1].Place >= place) _isInOrder = false;
        _results[_count++] = new Result(place, policy, failure);
    }

    /// <summary>In the order of the set.</summary>
    public ReadOnlySpan<Result> InOrder()
    {
        if (!_isInOrder)
        {
            // Also what an index shows twice, under two actions, is here twice.
            _results.AsSpan(0, _count).Sort(static (a, b) => a.Place.CompareTo(b.Place));
            var kept = 1;
            for (var i = 1; i < _count; i++)
                if (_results[i].Place != _results[kept - 1].Place) _results[kept++] = _results[i];
            (_count, _isInOrder) = (kept, true);
        }
        return _results.AsSpan(0, _count);
    }

    public void Clear()
    {
        if (_results.Length > KeptCapacity) _results = new Result[16];
        else Array.Clear(_results, 0, _count);
        (_count, _isInOrder) = (0, true);
    }
}

/// <summary>A policy that was satisfied, or erred and why.</summary>
internal readonly record struct Result(int Place, Policy Policy, Failure Failure)
{
    public EvaluationError ToError() => new(Policy.Id, Failure.Kind, Failure.Message, Policy.Locate(Failure.Span));
}
