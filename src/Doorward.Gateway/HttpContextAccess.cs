using Doorward.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Gateway;

/// <summary>The features that the pipeline's stages leave for each other.</summary>
internal static class HttpContextAccess
{
    public static AccessFeature Access(this HttpContext context) => (AccessFeature)context.Features.GetRequiredFeature<IAccessFeature>();

    public static CanonicalRequest Canonical(this HttpContext context) => context.Features.GetRequiredFeature<CanonicalRequest>();
}
