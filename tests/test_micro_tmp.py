import gc, time, pytest
from django.test import Client
pytestmark = pytest.mark.django_db
def run(n=4):
    c=Client()
    a=time.process_time()
    for _ in range(n): c.get("/positions/?page_size=100"); c.get("/api/v1/positions/?page_size=100"); 
    return round((time.process_time()-a)/n*1000)
def test_micro():
    from django.template import Template
    from django.test.utils import _TestState
    from django.conf import settings
    run(1)
    for _ in range(3):
        print("base",run())
        gc.disable(); print("nogc",run()); gc.enable()
        gc.collect(); gc.freeze(); print("freeze", run())
        gc.set_threshold(50000,20,20); print("freeze+thr", run()); gc.set_threshold(700,10,10); gc.unfreeze()
        old=Template._render; Template._render=_TestState.saved_data.template_render; print("norender",run()); Template._render=old
        a=time.process_time(); [Client().get("/healthz") for _ in range(5)]; print("client healthz",round((time.process_time()-a)/5*1000,1))
        settings.WHITENOISE_AUTOREFRESH=True
        a=time.process_time(); [Client().get("/healthz") for _ in range(5)]; print("client healthz wn",round((time.process_time()-a)/5*1000,1))
        settings.WHITENOISE_AUTOREFRESH=False
