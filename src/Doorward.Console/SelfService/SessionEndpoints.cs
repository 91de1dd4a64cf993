using Doorward.Console.Layout;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Sessions;
using Doorward.Core.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.SelfService;

/// <summary>Where a person is signed in, and ending it there.</summary>
internal static class SessionEndpoints
{
    private const string Home = "/sessions";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Home, ShowAsync);
        routes.MapPost("/sessions/end", EndAsync);
        routes.MapPost("/sessions/end-others", EndOthersAsync);
    }

    private static Task<IResult> ShowAsync(OwnAccount own, SessionStore sessions, [FromQuery] int? ended, CancellationToken cancel) => own.RunAsync(Home, async (session, factors) =>
        Pages.Render<SessionsPage>(new { Name = factors.Person.UserName, Current = session.Id, Sessions = await sessions.ListAsync(session.UserId, cancel), Ended = ended }));

    private static Task<IResult> EndAsync(OwnAccount own, SessionStore sessions, SignInFlow flow, [FromForm] string? id, CancellationToken cancel) => own.RunAsync(Home, async (session, _) =>
    {
        if (id == session.Id)
            return Pages.SeeOther("/signout");
        if ((await sessions.ListAsync(session.UserId, cancel)).FirstOrDefault(other => other.Id == id) is not { } chosen)
            return Pages.SeeOther(Home);
        await flow.SignOutAsync(chosen, own.Visit.Source, cancel, SessionEndCause.EndedByOwner);
        return Pages.SeeOther($"{Home}?ended=1");
    });

    private static Task<IResult> EndOthersAsync(OwnAccount own, SessionStore sessions, SignInFlow flow, CancellationToken cancel) => own.RunAsync(Home, async (session, _) =>
    {
        var others = (await sessions.ListAsync(session.UserId, cancel)).Where(other => other.Id != session.Id && other.Kind != SessionKinds.Token).ToList();
        foreach (var other in others)
            await flow.SignOutAsync(other, own.Visit.Source, cancel, SessionEndCause.EndedByOwner);
        return Pages.SeeOther($"{Home}?ended={others.Count}");
    });
}
