using Doorward.Core.Identifiers;
using Doorward.Gateway.Routing;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Pages;

/// <summary>The words of everything that is refused or fails without a decision: no policy was asked.</summary>
internal static class RefusalPages
{
    /// <summary>Not in the refusal table, which says what never passes: here the application's own list decides.</summary>
    public static RefusalRow CrossOrigin { get; } =
        new("cors", RefusalStage.Route, 403, "this application does not answer pages of that origin", "Fetch section 3.2");

    public static Denial For(RefusalRow row) => new()
    {
        Status = row.Status,
        Code = row.Id,
        Reference = NewReference(),
        Title = row.Status switch
        {
            _ when row.IsNoDoor => "There is no door of this name here",
            421 => "Wrong connection for this address",
            403 => "This request may not pass",
            405 or 501 => "This method may not pass",
            414 => "This address is too long",
            408 => "This request took too long",
            _ => "This request could not be read safely",
        },
        Summary = row.Status switch
        {
            404 => "No application has a door under this name. Check the address for a typing error.",
            421 when row.IsNoDoor => "Doors are found by name, and the connection named none. Use the name that you were given, not a number.",
            421 => $"The request came to the wrong place: {row.What}. Reload the page to connect again.",
            _ => $"The request was refused because {row.What}.",
        },
    };

    /// <summary>What the server's parser refused; it says which of its limits or rules by the status only.</summary>
    public static Denial Unreadable(Exception? refused) => For((refused as BadHttpRequestException)?.StatusCode switch
    {
        408 => new("request-too-slow", RefusalStage.Server, 408, "it took too long to arrive", ""),
        414 => RefusalTable.Row("target-too-long"),
        431 => RefusalTable.Row("headers-too-large"),
        _ => new("request-malformed", RefusalStage.Server, 400, "it is not written as HTTP asks", ""),
    });

    public static Denial UpstreamDown(string application) => new()
    {
        Status = 502,
        Code = "upstream-down",
        Reference = NewReference(),
        Title = "The application does not answer",
        Summary = $"You may use {application}, but the gateway could not reach it. It may be restarting; try again in a moment.",
        RetryAfter = 5,
    };

    /// <summary>For the product's own hosts: to people the control plane is what they wanted to do there.</summary>
    public static Denial ControlPlaneDown(Route route) => Unavailable("control-plane-down", route.Kind == RouteKind.Auth
        ? "Signing in is not possible at the moment, because the gateway has lost touch with its control plane. Try again shortly."
        : route.Kind == RouteKind.Agent ? "Devices cannot report at the moment, because the gateway has lost touch with its control plane."
        : "Administration is not possible at the moment, because the gateway has lost touch with its control plane. Try again shortly.");

    public static Denial NoDevice() => new()
    {
        Status = 401,
        Code = "no-device",
        Reference = NewReference(),
        Title = "Devices only",
        Summary = "What is asked here takes the certificate of an enrolled device.",
    };

    public static Denial UpstreamTimeout(string application) => new()
    {
        Status = 504,
        Code = "upstream-timeout",
        Reference = NewReference(),
        Title = "The application took too long",
        Summary = $"You may use {application}, but it did not answer in time. What you sent may or may not have been carried out.",
    };

    public static Denial Unavailable(string code, string summary) => new()
    {
        Status = 503,
        Code = code,
        Reference = NewReference(),
        Title = "This door is closed for the moment",
        Summary = summary,
        RetryAfter = 5,
    };

    public static Denial TooMany() => new()
    {
        Status = 429,
        Code = "too-many-requests",
        Reference = NewReference(),
        Title = "Too many requests at once",
        Summary = "Your session asks faster than one session may, or has too many requests in progress. Wait a moment, and try again.",
        RetryAfter = 1,
    };

    public static Denial NotFound() => new()
    {
        Status = 404,
        Code = "not-found",
        Reference = NewReference(),
        Title = "There is nothing here",
        Summary = "The gateway has no page under this address.",
    };

    private static string NewReference() => Identifier.New("ref");
}
