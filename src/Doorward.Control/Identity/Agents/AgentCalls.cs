using Doorward.Control.Devices;
using Doorward.Control.Hosting;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Doorward.Core.Agents;
using Doorward.Core.Applications;
using Doorward.Core.Devices.Enrolment;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Identity.Agents;

/// <summary>What people's command lines ask, each time by their token. No cookie opens any of it, so no page of another site can.</summary>
internal static class AgentCalls
{
    internal static readonly DeviceProblem Nobody = new("no-session", "You are not signed in on this machine, or that session is over.", "Run doorward-agent login.");

    private const string Scheme = "Bearer ";

    public static void MapAgents(this IEndpointRouteBuilder app, string domain)
    {
        var auth = app.MapGroup("").RequireHost($"{SystemApplications.AuthLabel}.{domain}");
        auth.MapGet(AgentPaths.Session, static (HttpContext context, AgentSessions agents) => OfPersonAsync(context, agents, static (session, user) =>
            Task.FromResult(Results.Json(View(session, user), AgentJson.Default.AgentSession))));
        auth.MapPost(AgentPaths.SignOut, static (HttpContext context, AgentSessions agents, SignInFlow flow) => OfPersonAsync(context, agents, async (session, user) =>
        {
            await flow.SignOutAsync(session, new AttemptSource(context.Connection.RemoteIpAddress ?? System.Net.IPAddress.None, AgentClient.Id), context.RequestAborted);
            return Results.Json(View(session, user), AgentJson.Default.AgentSession);
        }));
        app.MapGroup("").RequireHost($"{SystemApplications.AgentLabel}.{domain}").WithMetadata(new ForDevices()).MapPost(AgentPaths.Bind, BindAsync);
    }

    /// <summary>Answers whoever shows the token of a live session, and nobody else.</summary>
    internal static async Task<IResult> OfPersonAsync(HttpContext context, AgentSessions agents, Func<Session, User, Task<IResult>> answer)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Request.Headers.Authorization is [{ } shown] && shown.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && await agents.FindByTokenAsync(shown[Scheme.Length..].Trim(), context.RequestAborted) is var (session, user)
                ? await answer(session, user)
                : Refuse(Nobody, StatusCodes.Status401Unauthorized);
    }

    internal static IResult Refuse(DeviceProblem problem, int status) => Results.Json(problem, Core.Devices.DeviceJson.Default.DeviceProblem, "application/json", status);

    private static async Task<IResult> BindAsync(HttpContext context, DeviceAuthentication devices, AgentSessions agents)
    {
        var (device, problem) = await devices.FindAsync(context);
        return device is null
            ? DeviceAnswers.Refuse(problem ?? DeviceProblems.Unknown)
            : await DeviceAnswers.AnswerAsync(context, AgentJson.Default.BindRequest, async request =>
            {
                if (await agents.FindByTokenAsync(request.Token, context.RequestAborted) is not var (session, user))
                    return Refuse(Nobody, StatusCodes.Status401Unauthorized);
                var (bound, refused) = await agents.BindAsync(session.Id, device, context.RequestAborted);
                return bound is null ? DeviceAnswers.Refuse(refused!) : Results.Json(View(bound, user), AgentJson.Default.AgentSession);
            });
    }

    private static AgentSession View(Session session, User user) =>
        new(session.Id, user.UserName ?? "", session.Assurance, session.Methods, session.Authenticated, session.Expires, session.DeviceId);
}
