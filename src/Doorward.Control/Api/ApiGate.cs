using Doorward.Control.Audit;
using Doorward.Control.Roles;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Api;

/// <summary>
/// What every call of the admin API passes before anything of it is read: who is it, may they, and is it on record. An
/// endpoint that does not say what it does is closed.
/// </summary>
internal sealed partial class ApiGate(
    RequestDelegate next, PrincipalReader principals, ApiAccess access, ConfirmationDemand confirmations, AuditLog audit, ILogger<ApiGate> logger)
{
    public const long MaxBody = 4 * 1024 * 1024;

    public async Task InvokeAsync(HttpContext context)
    {
        Harden(context);
        var act = context.GetEndpoint()?.Metadata.GetMetadata<Act>();
        var principal = await principals.ReadAsync(context, context.RequestAborted);
        var call = new ApiCall(principal ?? Unknown, act ?? Closed(context), Address(context, principal));
        var refusal = await JudgeAsync(context, principal, act);
        try
        {
            if (refusal is not null) await RefuseAsync(context, call, refusal);
            else await ProceedAsync(context, call);
        }
        catch (AuditUnavailableException fault)
        {
            LogNoRecord(logger, call.Act.Name, fault);
            await AnswerAsync(context, new ApiProblem
            {
                Title = "Not recorded, so not done",
                Status = StatusCodes.Status503ServiceUnavailable,
                Detail = "The audit log takes no records now, and nothing is done without one.",
                Fix = "Free disk space, then try again.",
            });
        }
    }

    private static readonly ApiPrincipal Unknown = new() { Type = "Anonymous", Name = "anonymous" };

    private async Task<ApiProblem?> JudgeAsync(HttpContext context, ApiPrincipal? principal, Act? act)
    {
        if (principal is null) return ApiProblem.Unauthenticated;
        // Routing finds no endpoint for a body that is not JSON; that is a mistake, not a trespass.
        if (act is null && context.Request is { ContentType: not null } request && !request.HasJsonContentType())
            return BadRequests.Explain(new BadHttpRequestException("", StatusCodes.Status415UnsupportedMediaType));
        if (act is null) return ApiProblem.Forbidden("Nothing is open at this address.", "See /openapi/v1.json for what is.");
        if (!CrossSite.IsOwn(context, principal)) return ApiProblem.Forbidden("The call was made by a page of another site.", "Use the console itself.");
        if (act.PersonInBody) return null;
        var person = act.PersonFrom is null ? null : context.GetRouteValue(act.PersonFrom)?.ToString();
        if (!await access.AllowsAsync(principal, act.Action, person, context.RequestAborted)) return ApiAccess.Refusal(act, person);
        return act.Confirmed ? await confirmations.DemandAsync(principal, context.RequestAborted) : null;
    }

    private async Task ProceedAsync(HttpContext context, ApiCall call)
    {
        context.Features.Set(call);
        try
        {
            await next(context);

            // What fails while a body is read the framework answers with a bare status.
            if (!context.Response.HasStarted && context.Response.StatusCode is (StatusCodes.Status413PayloadTooLarge or StatusCodes.Status400BadRequest))
            {
                await AnswerAsync(context, BadRequests.Explain(new BadHttpRequestException("", context.Response.StatusCode)));
            }
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, BadRequests.Explain(bad));
        }
    }

    private async Task RefuseAsync(HttpContext context, ApiCall call, ApiProblem refusal)
    {
        LogRefused(logger, call.Act.Name, refusal.Status);
        NameTarget(context, call);

        // Whoever has no identity at all could otherwise fill the log; what the gateway let through it has recorded itself.
        if (refusal.Status != StatusCodes.Status401Unauthorized) await audit.AppendAsync(call.ToRecord("denied"), CancellationToken.None);
        await AnswerAsync(context, refusal);
    }

    // No handler came to say what it is about: the address does. Names of people can be erased from records.
    private static void NameTarget(HttpContext context, ApiCall call)
    {
        if ((context.GetRouteValue("name") ?? context.GetRouteValue("id"))?.ToString() is not { Length: > 0 } named) return;
        if (call.Act.Name.StartsWith("user.", StringComparison.Ordinal) || call.Act.Name.StartsWith("person.", StringComparison.Ordinal)) call.TargetsPerson(named);
        else call.Target = named;
    }

    private static async Task AnswerAsync(HttpContext context, ApiProblem problem)
    {
        context.Response.Clear();
        Harden(context);
        await problem.ToResult().ExecuteAsync(context);
    }

    private static void Harden(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBody;
    }

    private static Act Closed(HttpContext context) => new($"closed.{context.Request.Method.ToLowerInvariant()}", ApiAction.Administer, Recorded: true);

    // The listener has put the address that the gateway forwards in the place of the gateway's own.
    private static string? Address(HttpContext context, ApiPrincipal? principal) =>
        principal is null or { IsLocal: true } ? null : context.Connection.RemoteIpAddress?.ToString();

    [LoggerMessage(Level = LogLevel.Warning, Message = "A call of the admin API was refused: {Act} ({Status})")]
    private static partial void LogRefused(ILogger logger, string act, int status);

    [LoggerMessage(Level = LogLevel.Error, Message = "A call of the admin API could not be recorded and was not done: {Act}")]
    private static partial void LogNoRecord(ILogger logger, string act, Exception fault);
}
