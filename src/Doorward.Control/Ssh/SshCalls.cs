using Doorward.Control.Devices;
using Doorward.Control.Hosting;
using Doorward.Control.Identity.Agents;
using Doorward.Control.Storage;
using Doorward.Core.Agents;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Ssh;

/// <summary>Registers and maps what this folder offers.</summary>
internal static class SshCalls
{
    public static IServiceCollection AddSsh(this IServiceCollection services) =>
        services.AddSingleton<SshAuthority>().AddSingleton<SshPrincipals>().AddSingleton<SshCertificates>();

    /// <summary>At <c>auth.</c> for any session, and at <c>agent.</c> with a device's certificate, which makes the session bound there.</summary>
    public static void MapSsh(this IEndpointRouteBuilder app, string domain)
    {
        var auth = app.MapGroup("").RequireHost($"{SystemApplications.AuthLabel}.{domain}");
        auth.MapPost(AgentPaths.Ssh + "{application}", static (HttpContext context, string application, AgentSessions agents, SshCertificates certificates) =>
            IssueAsync(context, application, agents, certificates, null));
        app.MapGroup("").RequireHost($"{SystemApplications.AgentLabel}.{domain}").WithMetadata(new ForDevices()).MapPost(
            AgentPaths.DeviceSsh + "{application}", static async (HttpContext context, string application, AgentSessions agents, SshCertificates certificates, DeviceAuthentication devices) =>
            {
                var (device, problem) = await devices.FindAsync(context);
                return device is null ? DeviceAnswers.Refuse(problem ?? DeviceProblems.Unknown) : await IssueAsync(context, application, agents, certificates, device);
            });
    }

    private static Task<IResult> IssueAsync(HttpContext context, string application, AgentSessions agents, SshCertificates certificates, AskingDevice? device) =>
        DeviceAnswers.AnswerAsync(context, AgentJson.Default.SshRequest, async request =>
        {
            if (await agents.FindByTokenAsync(request.Token, context.RequestAborted) is not var (session, user))
                return AgentCalls.Refuse(AgentCalls.Nobody, StatusCodes.Status401Unauthorized);
            if (device is not null && session.DeviceId is { } bound && bound != device.Id) return DeviceAnswers.Refuse(DeviceProblems.OtherSession);
            var (answer, problem) = await certificates.IssueAsync(session, user, application, request, device?.Id, context.Connection.RemoteIpAddress, context.RequestAborted);
            return DeviceAnswers.Answer(answer, problem, AgentJson.Default.SshAnswer);
        });
}
