using Doorward.Console.Layout;
using Doorward.Control.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.SelfService;

/// <summary>The first page after sign-in: the doors that open for this person.</summary>
internal static class ApplicationEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/", ShowAsync);

    private static Task<IResult> ShowAsync(OwnAccount own, OwnApplications applications, CancellationToken cancel) => own.RunAsync("/", async (session, factors) =>
        Pages.Render<ApplicationsPage>(new { Name = factors.Person.UserName, Applications = await applications.ListAsync(session, factors.Person, own.Visit.Source, cancel) }));
}
