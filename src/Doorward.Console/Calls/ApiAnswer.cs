using System.Diagnostics.CodeAnalysis;
using Doorward.Control.Api;

namespace Doorward.Console.Calls;

/// <summary>What came of a call: a value, or a problem that says what, where and what to do.</summary>
/// <param name="ETag">The version of what was read; give it back as <c>ifMatch</c> when changing it.</param>
public sealed record ApiAnswer<T>(T? Value, ApiProblem? Problem, string? ETag = null)
{
    public bool Succeeded([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out ApiProblem? problem)
    {
        (value, problem) = (Value, Problem);
        return problem is null;
    }
}

/// <summary>For calls that answer with nothing.</summary>
public sealed record Nothing;
