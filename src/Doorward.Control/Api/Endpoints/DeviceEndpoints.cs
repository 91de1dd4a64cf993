using System.Globalization;
using Doorward.Control.Devices;
using Doorward.Control.Devices.Compliance;
using Doorward.Control.Devices.Enrolment;
using Doorward.Control.Devices.Reports;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Specs;
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
    private const int LongestSearch = 64;

    public static void MapDevices(this IEndpointRouteBuilder api)
    {
        var devices = api.MapGroup("/devices").WithTags("Device");
        devices.MapGet("/", ListAsync).Views("device.list").Produces<Page<DeviceView>>();
        devices.MapGet("/{name}", GetAsync).Views("device.get").Produces<DeviceDetail>();
        devices.MapGet("/{name}/history", HistoryAsync).Views("device.history").Produces<Page<DeviceFactChangeView>>();
        devices.MapGet("/compliance", static async (ComplianceOverview overview, CancellationToken ct) => Answers.Ok(await overview.ReadAsync(ct)))
            .Views("device.compliance").Produces<ComplianceFigures>();
        devices.MapPost("/compliance/check", CheckAsync).Views("posturerule.check").Produces<RuleTrial>();
        devices.MapPost("/invitations", InviteAsync).Acts("device.invite").Produces<DeviceInvitationMade>();
        devices.MapPost("/{name}/hold", HoldAsync).ActsAtOnce("device.hold");
        devices.MapPost("/{name}/release", ReleaseAsync).Acts("device.release");
        devices.MapPost("/{name}/retire", RetireAsync).Acts("device.retire");
        devices.MapPost("/{name}/rename", RenameAsync).Acts("device.rename");
    }

    private static async Task<IResult> ListAsync(IDbContextFactory<DoorwardDb> databases, UserDirectory users, ReportLedger ledger,
        string? owner, string? search, bool? retired, int? limit, string? cursor, CancellationToken ct)
    {
        if (search?.Length > LongestSearch) return ApiProblem.BadRequest("The search is too long.", "search", $"Use up to {LongestSearch} characters.").ToResult();
        var page = new PageRequest(limit, cursor);
        await using var db = await databases.CreateDbContextAsync(ct);
        var query = db.Devices.AsNoTracking().Where(d => d.Id.CompareTo(page.After) > 0);
        query = retired is true ? query.Where(static d => d.Standing == DeviceStanding.Retired) : query.Where(static d => d.Standing != DeviceStanding.Retired);
        if (owner is not null)
        {
            var subject = (await users.FindAsync(owner, ct))?.Id ?? "";
            query = query.Where(d => d.OwnerId == subject);
        }

        if (!string.IsNullOrWhiteSpace(search))
        {
            var pattern = LikePattern.Containing(search.Trim());
            query = query.Where(d => EF.Functions.Like(d.Name, pattern, LikePattern.Escape) || EF.Functions.Like(d.HostName, pattern, LikePattern.Escape));
        }

        var found = await query.OrderBy(static d => d.Id).Take(page.Size + 1).ToListAsync(ct);
        var names = await users.NamesAsync(found.Select(static d => d.OwnerId), ct);
        return Answers.Ok(Page<DeviceView>.Of(found.ConvertAll(d => DeviceView.Of(d, d.OwnerId is null ? null : names.GetValueOrDefault(d.OwnerId), ledger.LastReportOf(d.Id))), page, static view => view.Id));
    }

    private static async Task<IResult> GetAsync(string name, IDbContextFactory<DoorwardDb> databases, UserDirectory users, ReportLedger ledger, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await DeviceRegister.FindAsync(db, name, ct) is not { } device) return Missing(name);
        var names = await users.NamesAsync([device.OwnerId], ct);
        return Answers.Ok(new DeviceDetail(
            DeviceView.Of(device, names.Values.SingleOrDefault(), ledger.LastReportOf(device.Id)),
            [.. StoredPosture.Parse(device.Posture).Facts.Values.Select(DeviceFactView.Of)]));
    }

    // Newest first. What is asked for behind a moment is older than it.
    private static async Task<IResult> HistoryAsync(
        string name, IDbContextFactory<DoorwardDb> databases, int? limit, string? cursor, CancellationToken ct)
    {
        var page = new PageRequest(limit, cursor);
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await DeviceRegister.FindAsync(db, name, ct) is not { } device) return Missing(name);
        var before = long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : long.MaxValue;
        var found = await db.DeviceFactChanges.AsNoTracking().Where(c => c.DeviceId == device.Id && c.Id < before)
            .OrderByDescending(static c => c.Id).Take(page.Size + 1).ToListAsync(ct);
        var cut = Page<DeviceFactChange>.Of(found, page, static change => change.Id.ToString(CultureInfo.InvariantCulture));
        return Answers.Ok(new Page<DeviceFactChangeView>([.. cut.Items.Select(static c => new DeviceFactChangeView(c.Name, c.Result, c.Evidence, c.At))], cut.Next));
    }

    // The whole document is read as it would be on its way in; nothing is changed.
    private static async Task<IResult> CheckAsync(PostureRuleBody body, ComplianceOverview overview, CancellationToken ct)
    {
        var errors = new List<ResourceError>();
        var spec = (PostureRuleSpec)new PostureRuleKind().Read(new SpecReading("rule", new SpecReader(body.Spec, errors), null, new InstallationFacts("", new HashSet<int>())));
        return errors.Count > 0
            ? ApiProblem.Refused(errors).ToResult()
            : Answers.Ok(await overview.TryAsync(new PostureRule("rule", spec, RuleText.Compile("rule", spec.When).Text), ct));
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
        Done(context, name, await register.ReleaseAsync(name, ct));

    private static async Task<IResult> RenameAsync(string name, DeviceNameBody body, HttpContext context, DeviceRegister register, CancellationToken ct)
    {
        if (!ResourceName.IsValid(body.Name)) return WrongName();
        context.Call().Details["name"] = body.Name;
        return Done(context, name, await register.RenameAsync(name, body.Name, ct));
    }

    private static async Task<IResult> WithReasonAsync(HttpContext context, string name, DeviceReasonBody body, Func<string?, Task<DeviceAct>> act) =>
        context.Call().GivesReason(body.Reason, out var reason) ? Done(context, name, await act(reason)) : Reasons.Problem("reason").ToResult();

    private static IResult Done(HttpContext context, string name, DeviceAct act)
    {
        context.Call().Target = act.Device?.Id ?? Shown.Text(name);
        if (act.IsRefused)
            return new ApiProblem { Title = "Nothing was changed", Status = StatusCodes.Status409Conflict, Detail = "Another device has this name.", Fix = "Choose another name." }.ToResult();
        return act.Device is { } device ? Answers.Ok(new { id = device.Id, name = device.Name, revision = act.Revision }) : Missing(name);
    }

    private static IResult WrongName() => ApiProblem.BadRequest("That is no name for a device.", "name", $"For a name {ResourceName.Fix}.").ToResult();

    private static IResult Missing(string name) => ApiProblem.NotFound($"device {Shown.Text(name)}").ToResult();
}
