using Doorward.Control.Identity.SignIns;
using Microsoft.AspNetCore.Http;

namespace Doorward.Console.Identity.SignIn;

/// <summary>Status and words for a factor that did not pass: the same whether the person exists or not.</summary>
internal static class FactorWords
{
    internal static (int Status, string Text) Of(FactorResult result, string refused) => result switch
    {
        FactorResult.TooMany { Wait: var wait } when wait == Timeout.InfiniteTimeSpan =>
            (StatusCodes.Status429TooManyRequests, "Too many failed attempts. Sign-in under this name is locked until an administrator unlocks it."),
        FactorResult.TooMany { Wait: var wait } =>
            (StatusCodes.Status429TooManyRequests, $"Too many failed attempts. Try again in {Span(wait)}."),
        FactorResult.Busy => (StatusCodes.Status503ServiceUnavailable, "Too many people are signing in right now. Try again in a moment."),
        _ => (StatusCodes.Status422UnprocessableEntity, refused),
    };

    private static string Span(TimeSpan wait) => wait.TotalSeconds switch
    {
        <= 1 => "a second",
        < 90 => $"{Math.Ceiling(wait.TotalSeconds)} seconds",
        _ => $"{Math.Ceiling(wait.TotalMinutes)} minutes",
    };
}
