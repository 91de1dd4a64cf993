using Doorward.Console.Layout;
using Doorward.Control.Identity;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Console.Landing;

/// <summary>The first page of the console's host. The gateway let nobody here whom the system's policies do not.</summary>
internal static class LandingEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/", ShowAsync);

    private static async Task<IResult> ShowAsync(IDbContextFactory<DoorwardDb> databases, InstallationAddress address, TimeProvider time, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var now = time.GetUtcNow();
        return Pages.Render<LandingPage>(new
        {
            address.Domain,
            Own = $"{address.AuthOrigin}/",
            Applications = await db.Resources.CountAsync(resource => resource.Kind == ResourceKinds.Application, cancel),
            PeopleCount = await db.Users.CountAsync(cancel),
            SessionCount = await db.Sessions.CountAsync(session => session.Ended == null && session.Expires > now, cancel),
            Revision = await db.Counters.Select(counter => counter.Revision).SingleAsync(cancel),
        });
    }
}
