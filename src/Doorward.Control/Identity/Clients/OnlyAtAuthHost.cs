using Microsoft.AspNetCore.Http;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Doorward.Control.Identity.Clients;

/// <summary>OpenIddict answers by path alone; this leaves every host but the issuer's to whoever serves it.</summary>
internal sealed class OnlyAtAuthHost(InstallationAddress address, IHttpContextAccessor accessor) : IOpenIddictServerHandler<ProcessRequestContext>
{
    public ValueTask HandleAsync(ProcessRequestContext context)
    {
        if (!string.Equals(accessor.HttpContext?.Request.Host.Host, address.AuthHost, StringComparison.OrdinalIgnoreCase))
            context.SkipRequest();
        return ValueTask.CompletedTask;
    }
}
