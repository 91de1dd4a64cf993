using Doorward.Control.Devices;
using Doorward.Control.Devices.Compliance;
using Doorward.Control.Devices.Enrolment;
using Doorward.Control.Devices.Providers;
using Doorward.Control.Resources;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

/// <summary>Enrolled machines, and links that enrol more.</summary>
internal static class DeviceEndpoints
{
    private const int MostLabels = 64;
    private const int LongestLabel = 256;

    public static void MapDevices(this IEndpointRouteBuilder api)
    {
        var devices = api.MapGroup("/devices").WithTags("Device");
        devices.MapGet("/", DeviceLists.ListAsync).Views("device.list").Produces<Page<DeviceView>>();
        devices.MapGet("/{name}", DeviceStories.GetAsync).Views("device.get").Produces<DeviceDetail>();
        devices.MapGet("/{name}/history", DeviceStories.HistoryAsync).Views("device.history").Produces<Page<DeviceFactChangeView>>();
        devices.MapGet("/compliance", static async (ComplianceOverview overview, CancellationToken ct) => Answers.Ok(await overview.ReadAsync(ct)))
            .Views("device.compliance").Produces<ComplianceFigures>();
        devices.MapPost("/compliance/check", PostureRuleWriting.CheckAsync).Views("posturerule.check").Produces<RuleTrial>();
        devices.MapPost("/compliance/assist", PostureRuleWriting.Assist).Views("posturerule.assist").Produces<AssistAnswer>();
        devices.MapGet("/providers", static async (IDbContextFactory<DoorwardDb> databases, ProviderStates states, CancellationToken ct) =>
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            return Answers.Ok((await ProviderBook.ReadAsync(db, ct)).Keys.Select(name => PostureProviderView.Of(name, states.Of(name))).ToArray());
        }).Views("device.providers").Produces<PostureProviderView[]>();
        devices.MapPost("/invitations", InviteAsync).Acts("device.invite").Produces<DeviceInvitationMade>();
        devices.MapPost("/{name}/hold", HoldAsync).ActsAtOnce("device.hold");
        devices.MapPost("/{name}/release", ReleaseAsync).Acts("device.release");
        devices.MapPost("/{name}/retire", RetireAsync).Acts("device.retire");
        devices.MapPost("/{name}/rename", RenameAsync).Acts("device.rename");
    }

    private static async Task<IResult> InviteAsync(DeviceInvitationBody body, HttpContext context, EnrolmentLinks links, UserDirectory users, CancellationToken ct)
    {
        var call = context.Call();
        if (body.Owner is not null) call.TargetsPerson(body.Owner);
        if (body.Name is not null && !ResourceName.IsValid(body.Name)) return WrongName();
        var labels = body.Labels ?? new Dictionary<string, string>();
        if (labels.Count > MostLabels || labels.Any(static l => l.Key.Length is 0 or > LongestLabel || l.Value is not { Length: <= LongestLabel } || l.Key.Any(Shown.IsHidden) || l.Value.Any(Shown.IsHidden)))
            return ApiProblem.BadRequest("The labels are too many, too long, or have characters that do not show.", "labels", $"Use up to {MostLabels} of up to {LongestLabel} plain characters.").ToResult();
        var owner = body.Owner is null ? null : await users.FindAsync(body.Owner, ct);
        if (body.Owner is not null && owner is null) return ApiProblem.BadRequest($"There is no user {Shown.Text(body.Owner)}.", "owner", "Check the name, or leave it out.").ToResult();
        var (link, expires) = await links.CreateAsync(new InvitedDevice(owner?.Id, body.Name, labels), call.Actor, ct);
        return Answers.Ok(new DeviceInvitationMade(link.ToText(), expires));
    }

    private static Task<IResult> HoldAsync(string name, DeviceReasonBody body, HttpContext context, DeviceRegister register, CancellationToken ct) =>
        WithReasonAsync(context, name, body, reason => register.HoldAsync(name, DeviceHoldCause.Administrator, reason, ct));

    private static Task<IResult> RetireAsync(string name, DeviceReasonBody body, HttpContext context, DeviceRegister register, CancellationToken ct) =>
        WithReasonAsync(context, name, body, reason => register.RetireAsync(name, reason, ct));

    private static async Task<IResult> ReleaseAsync(string name, HttpContext context, DeviceRegister register, CancellationToken ct) =>
        Done(context, name, await register.ReleaseAsync(name, ct), "This device is not held.", "Nothing needs to be done: it was released before, or never held.");

    private static async Task<IResult> RenameAsync(string name, DeviceNameBody body, HttpContext context, DeviceRegister register, CancellationToken ct)
    {
        if (!ResourceName.IsValid(body.Name)) return WrongName();
        context.Call().Details["name"] = body.Name;
        return Done(context, name, await register.RenameAsync(name, body.Name, ct), "Another device has this name.", "Choose another name.");
    }

    private static async Task<IResult> WithReasonAsync(HttpContext context, string name, DeviceReasonBody body, Func<string?, Task<DeviceAct>> act) =>
        context.Call().GivesReason(body.Reason, out var reason) ? Done(context, name, await act(reason)) : Reasons.Problem("reason").ToResult();

    private static IResult Done(HttpContext context, string name, DeviceAct act, string refused = "", string fix = "")
    {
        context.Call().Target = act.Device?.Id ?? Shown.Text(name);
        if (act.IsRefused)
            return new ApiProblem { Title = "Nothing was changed", Status = StatusCodes.Status409Conflict, Detail = refused, Fix = fix }.ToResult();
        return act.Device is { } device ? Answers.Ok(new { id = device.Id, name = device.Name, revision = act.Revision }) : Missing(name);
    }

    private static IResult WrongName() => ApiProblem.BadRequest("That is no name for a device.", "name", $"For a name {ResourceName.Fix}.").ToResult();

    internal static IResult Missing(string name) => ApiProblem.NotFound($"device {Shown.Text(name)}").ToResult();
}
