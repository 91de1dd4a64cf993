using Doorward.Console.Layout;
using Doorward.Control.Devices;
using Doorward.Control.Identity;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.SelfService;

/// <summary>A person's own machines: how they do, what to mend, what they are called, putting one out, and bringing one.</summary>
internal static class OwnDeviceEndpoints
{
    private const string Home = "/devices";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Home, ShowAsync);
        routes.MapPost("/devices/rename", RenameAsync);
        routes.MapPost("/devices/retire", RetireAsync);
        routes.MapPost("/devices/invite", InviteAsync);
    }

    private static Task<IResult> ShowAsync(OwnAccount own, [FromServices] OwnDevices devices, [FromQuery] string? done, CancellationToken cancel) =>
        own.RunAsync(Home, async (session, factors) => await PageAsync(own, devices, session, factors, null, OwnDevicesPage.Words(done), null, cancel));

    private static Task<IResult> RenameAsync(OwnAccount own, [FromServices] OwnDevices devices, [FromForm] string? id, [FromForm] string? name, CancellationToken cancel) =>
        own.RunAsync(Home, async (session, factors) =>
            await AfterAsync(own, devices, session, factors, await devices.RenameAsync(Act(own, session, factors), id ?? "", name?.Trim() ?? "", cancel), "renamed", cancel));

    private static Task<IResult> RetireAsync(OwnAccount own, [FromServices] OwnDevices devices, [FromForm] string? id, CancellationToken cancel) =>
        own.RunAsync(Home, async (session, factors) =>
            await AfterAsync(own, devices, session, factors, await devices.RetireAsync(Act(own, session, factors), id ?? "", cancel), "retired", cancel));

    // Bringing a machine is bringing something to sign in with: whoever found this window open may not.
    private static Task<IResult> InviteAsync(OwnAccount own, [FromServices] OwnDevices devices, [FromForm] string? name, CancellationToken cancel) =>
        own.RunFreshAsync(Home, async (session, factors) =>
        {
            var (link, expires, problem) = await devices.InviteAsync(Act(own, session, factors), string.IsNullOrWhiteSpace(name) ? null : name.Trim(), cancel);
            return await PageAsync(own, devices, session, factors, problem, null, link is null ? null : new OwnLink(link.ToText(), expires), cancel);
        });

    private static OwnAct Act(OwnAccount own, Session session, PersonFactors factors) => new(session.UserId, factors.Person.UserName!, session.Id, own.Visit.Source.Address.ToString());

    private static async Task<IResult> AfterAsync(OwnAccount own, OwnDevices devices, Session session, PersonFactors factors, OwnDeviceProblem? problem, string done, CancellationToken cancel) =>
        problem is null ? Pages.SeeOther($"{Home}?done={done}") : await PageAsync(own, devices, session, factors, problem, null, null, cancel);

    private static async Task<RazorComponentResult> PageAsync(
        OwnAccount own, OwnDevices devices, Session session, PersonFactors factors, OwnDeviceProblem? problem, string? done, OwnLink? link, CancellationToken cancel) => Pages.Render<OwnDevicesPage>(
        new
        {
            Name = factors.Person.UserName,
            List = await devices.ListAsync(session.UserId, cancel),
            Fresh = own.IsFresh(session, factors),
            Confirm = OwnAccount.FreshSignIn(Home, factors),
            This = session.DeviceId,
            Problem = problem,
            Done = done,
            Link = link,
        },
        problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}

/// <summary>A link that enrols one machine; it is on one page, once.</summary>
public sealed record OwnLink(string Text, DateTimeOffset Expires)
{
    public override string ToString() => nameof(OwnLink);
}
