using System.Collections.Concurrent;
using System.Net;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Tests.Running;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Tests.Pages;

public sealed class RefusalNotesTests
{
    [Fact]
    public void What_came_to_no_application_is_logged_without_the_name_of_one()
    {
        var lines = new ConcurrentQueue<string>();
        var denial = RefusalPages.NotFound();

        new RefusalNotes(TimeProvider.System, new RememberingLogger<RefusalNotes>(lines)).Take(
            new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Loopback } }, denial);

        Assert.Equal($"No application: answered 404 not-found ({denial.Reference})", Assert.Single(lines));
    }
}
