using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Doorward.Console.Layout;

/// <summary>Answers with a page rendered whole before the first byte is sent, so that its status and cookies can still be set.</summary>
internal static class Pages
{
    internal static RazorComponentResult Render<TPage>(object parameters, int status = StatusCodes.Status200OK)
        where TPage : IComponent =>
        new(typeof(TPage), parameters) { StatusCode = status, PreventStreamingRendering = true };

    /// <summary>See Other: what was posted is done, and a reload will not do it again.</summary>
    internal static IResult SeeOther(string location) => new SeeOtherResult(location);

    internal static RazorComponentResult Trouble(int status, string title, string text, string? action = null, string? actionText = null) =>
        Render<TroublePage>(new { Title = title, Text = text, Action = action, ActionText = actionText }, status);

    private sealed class SeeOtherResult(string location) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = location;
            return Task.CompletedTask;
        }
    }
}
