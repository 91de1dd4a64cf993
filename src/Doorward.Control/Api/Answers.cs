using Doorward.Control.Resources.Editing;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Api;

/// <summary>How the ends of an edit are answered.</summary>
internal static class Answers
{
    public static IResult Ok<T>(T value) => Results.Json(value, ApiJson.Options);

    public static IResult Of(EditResult result, Func<EditResult.Done, IResult> done) => result switch
    {
        EditResult.Done good => done(good),
        EditResult.Refused refused => ApiProblem.Refused(refused.Errors).ToResult(),
        EditResult.Missing missing => ApiProblem.NotFound($"{missing.Key.Kind} {Shown.Text(missing.Key.Name)}").ToResult(),
        EditResult.Stale stale => new ApiProblem
        {
            Title = "Somebody else was faster",
            Status = StatusCodes.Status412PreconditionFailed,
            Detail = stale.Version is { } version
                ? $"{stale.Key.Kind} {stale.Key.Name} is at version {version} now."
                : $"{stale.Key.Kind} {stale.Key.Name} does not exist any more.",
            Fix = "Read it again and make the change on what it is now.",
        }.ToResult(),
        _ => throw new InvalidOperationException("An edit ended in a way that has no answer."),
    };
}
