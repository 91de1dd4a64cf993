using Doorward.Control.Resources;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Api;

/// <summary>The body of every answer that says no (RFC 9457), with the place and the fix.</summary>
public sealed record ApiProblem
{
    /// <summary>The act is allowed, once the person confirms that it is they.</summary>
    public const string ConfirmationRequired = "urn:doorward:problem:confirmation-required";

    /// <summary>What kind of problem it is, where who asks can do something about it by itself; a URI.</summary>
    public string? Type { get; init; }
    public required string Title { get; init; }
    public required int Status { get; init; }
    public string? Detail { get; init; }
    public string? Field { get; init; }
    public string? Fix { get; init; }
    public IReadOnlyList<ResourceError>? Errors { get; init; }

    /// <summary>Where a person confirms that it is they, in the browser of the session.</summary>
    public string? ConfirmAt { get; init; }

    public static ApiProblem BadRequest(string detail, string? field, string fix) =>
        new() { Title = "The request is not right", Status = StatusCodes.Status400BadRequest, Detail = detail, Field = field, Fix = fix };

    public static ApiProblem NotFound(string what) =>
        new() { Title = "Not found", Status = StatusCodes.Status404NotFound, Detail = $"There is no {what}.", Fix = "Check the name." };

    public static ApiProblem Forbidden(string detail, string fix) =>
        new() { Title = "Not allowed", Status = StatusCodes.Status403Forbidden, Detail = detail, Fix = fix };

    public static ApiProblem Unauthenticated { get; } = new()
    {
        Title = "Not signed in",
        Status = StatusCodes.Status401Unauthorized,
        Detail = "The call carries no identity that this API accepts.",
        Fix = "Sign in at the console, use a token for the console, or run the command on the machine itself.",
    };

    /// <summary>The documents were refused: one problem, all errors.</summary>
    public static ApiProblem Refused(IReadOnlyList<ResourceError> errors)
    {
        var first = errors[0];
        return new ApiProblem
        {
            Title = "Nothing was changed",
            Status = errors.Any(static e => e.Field is null) ? StatusCodes.Status409Conflict : StatusCodes.Status400BadRequest,
            Detail = errors.Count == 1 ? Sentence(first) : $"{Sentence(first)} (and {errors.Count - 1} more)",
            Field = first.Field,
            Fix = first.Fix,
            Errors = errors,
        };
    }

    public IResult ToResult() => Results.Json(this, ApiJson.Options, "application/problem+json", Status);

    private static string Sentence(ResourceError error)
    {
        var place = string.Join(" ", new[] { error.Kind, error.Name, error.Field }.Where(static part => !string.IsNullOrEmpty(part)));
        return place.Length == 0 ? error.Message : $"{place}: {error.Message}";
    }
}
